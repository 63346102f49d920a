//! Runs axe-core on the open page.

use serde_json::Value;

use crate::{Session, variable};

/// The rules for WCAG 2.2, levels A and AA, which include those of 2.0 and 2.1.
const RUN: &str = "
    const done = arguments[0];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const line = ({id, nodes}) => `${id}: ${nodes.map((node) => node.html + ' ' + node.failureSummary).join('; ')}`;
    axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}).then(
        ({violations, passes}) => done({violations: violations.map(line), passes: passes.length}),
        (error) => done(String(error)),
    );";

impl Session {
    /// The violations that axe-core finds in the page as it is now, one line for each rule.
    pub async fn violations(&self) -> Vec<String> {
        if self.eval("typeof axe").await != "object" {
            let script = std::fs::read_to_string(variable("AXE_SCRIPT")).expect("the script of axe-core");
            self.execute(script, Vec::new()).await.expect("axe-core is read");
        }
        let result = self.execute_async(RUN, Vec::new()).await.expect("axe-core runs").json().clone();
        let passes = result["passes"].as_u64().unwrap_or_default();
        assert!(passes > 10, "axe-core has checked the page: {result}");
        let Value::Array(violations) = &result["violations"] else { panic!("{result}") };
        violations.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
    }
}
