//! The thumb stands below the cursor, whatever the width, the rank and the writing direction.

use std::time::{Duration, Instant};

use end_to_end::{Preferences, Session, in_gallery_with};
use thirtyfour::prelude::*;

/// How far the middle of the thumb is from the cursor, in CSS pixels: the middle of the pixels of its colour on a screenshot, since
/// no API tells where the thumb is.
async fn distance(page: &Session) -> f64 {
    let screen = page.screenshot_as_png_base64().await.expect("a screenshot");
    let script = format!(
        "(async () => {{
            const bytes = Uint8Array.from(atob('{screen}'), (byte) => byte.charCodeAt(0));
            const image = await createImageBitmap(new Blob([bytes], {{type: 'image/png'}}));
            const scale = image.width / innerWidth;
            const canvas = Object.assign(document.createElement('canvas'), {{width: image.width, height: 1}});
            const context = canvas.getContext('2d');
            const find = (part) => document.querySelector('#preview ' + part).getBoundingClientRect();
            const track = find('input[type=range]');
            context.drawImage(image, 0, -Math.round((track.top + track.height / 2) * scale));
            const {{data}} = context.getImageData(0, 0, image.width, 1);
            const color = document.createElement('canvas').getContext('2d');
            color.fillStyle = getComputedStyle(document.querySelector('#preview [data-part=marker]')).fill;
            color.fillRect(0, 0, 1, 1);
            const wanted = color.getImageData(0, 0, 1, 1).data;
            const from = Math.floor((track.left - 2) * scale), to = Math.ceil((track.right + 2) * scale);
            const own = [];
            for (let x = Math.max(from, 0); x < Math.min(to, image.width); x++) {{
                if ([0, 1, 2].every((i) => Math.abs(data[4 * x + i] - wanted[i]) < 24)) own.push(x + 0.5);
            }}
            const cursor = find('[data-part=cursor]');
            if (own.length < 8) return 1e3;
            return (own[0] + own[own.length - 1]) / 2 / scale - (cursor.left + cursor.right) / 2;
        }})()"
    );
    page.eval(&script).await.as_f64().expect("a distance")
}

/// Waits until the thumb stands below the cursor: an engine may take a screenshot before it has drawn the page at its new size.
async fn aligned(page: &Session, place: &str) {
    let start = Instant::now();
    loop {
        let distance = distance(page).await;
        if distance.abs() <= 1.0 {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{distance} px {place}");
    }
}

#[tokio::test]
async fn the_thumb_stands_below_the_cursor() {
    in_gallery_with(Preferences { reduced_motion: true, ..Preferences::default() }, async |page| {
        for (width, direction) in [(1440, "ltr"), (768, "rtl"), (390, "ltr"), (320, "rtl")] {
            page.view(width, 900).await;
            page.eval(&format!("document.documentElement.dir = '{direction}'")).await;
            for (key, rank) in [(Key::Home, 1), (Key::Right, 2), (Key::Right, 3), (Key::Right, 4), (Key::End, 8)] {
                page.press(key).await;
                page.until_rank(rank).await;
                page.eval("document.querySelector('#preview [data-part=slider]').scrollIntoView({behavior: 'instant', block: 'center'})")
                    .await;
                aligned(&page, &format!("at rank {rank}, {width} px wide, {direction}")).await;
            }
        }
        page.eval("document.querySelector('#preview [data-part=plot]').style.paddingRight = '9rem'").await;
        assert!(distance(&page).await.abs() > 1.0, "the check detects a plot with other sides");
    })
    .await;
}
