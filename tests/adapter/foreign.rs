//! Files that are something else: each says what it is and what to do.

use lora_rank_explorer::adapter::{Foreign, Header, Location, Problem, Reason};

use crate::files::{Files, open, peft_layer};

fn message(bytes: &[u8]) -> String {
    open(bytes, None).expect_err("no safetensors file").to_string()
}

/// As long as a file of weights.
fn long(begin: &[u8]) -> Vec<u8> {
    let noise = (0..100_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8);
    begin.iter().copied().chain(noise).collect()
}

/// Beginnings with what they are said to be, and a word of the advice.
fn kinds() -> Vec<(Vec<u8>, &'static str, &'static str)> {
    let zip = |name: &str| {
        let name_bytes = (name.len() as u16).to_le_bytes();
        [
            &b"PK\x03\x04\x14\0\0\0\0\0\xf4\x65\x7b\x5d\0\0\0\0\x09\0\0\0\x09\0\0\0"[..],
            &name_bytes,
            &[0, 0],
            name.as_bytes(),
        ]
        .concat()
    };
    let tar = [&[b'a'][..], &[0; 256], b"ustar\x0000"].concat();
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (
            text("version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 1234567\n"),
            "a Git LFS pointer, not the file itself (1,234,567 bytes)",
            "git lfs pull",
        ),
        (
            text("version https://hawser.github.com/spec/v1\noid sha256:4d\nsize 12\r\n"),
            "a Git LFS pointer, not the file itself (12 bytes)",
            "git lfs pull",
        ),
        (
            text("version https://git-lfs.github.com/spec/v1\nsize many\n"),
            "a Git LFS pointer, not the file itself; ",
            "git lfs pull",
        ),
        (
            text("<!DOCTYPE html>\n<html><head><title>Log in\n – Civitai</title>"),
            "an HTML page that says “Log in – Civitai”",
            "sign in",
        ),
        (text(" \r\n\u{feff}<!doctype HTML><html lang=en><body>no title"), "an HTML page; ", "sign in"),
        (text("\u{feff}  <HTML><titles>no</titles></HTML>"), "an HTML page; ", "sign in"),
        (
            text("<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
            "an XML text that says “AccessDenied: Request has expired”",
            "sign in",
        ),
        (text(r#"{"error":"Unauthorized"}"#), "a JSON text that says “Unauthorized”", "sign in"),
        (
            text(r#"{ "error": {"message": "Rate limit", "code": 429, "type": "x"}}"#),
            "a JSON text that says “429: Rate limit”",
            "sign in",
        ),
        (
            text("\u{feff}\n{\n \"detail\": [{\"msg\": \"field required\"}]}"),
            "a JSON text that says “field required”",
            "sign in",
        ),
        (text(r#"{"errors": ["one", "two"], "message": "one"}"#), "a JSON text that says “one”", "sign in"),
        (text(r#"[{"message": "Not Found"}]"#), "a JSON text that says “Not Found”", "sign in"),
        (text(r#"{"message": "cut in the midd"#), "a JSON text; ", "sign in"),
        (text(r#"{"a": 1}"#), "a JSON text; ", "sign in"),
        (
            text(r#"{"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}"#),
            "the index of a model in several files (JSON)",
            "choose",
        ),
        (text(r#"{"peft_type": "LORA", "r": 8}"#), "an adapter_config.json", "together"),
        (
            text(r#"{"architectures": ["LlamaForCausalLM"], "model_type": "llama"}"#),
            "a model's configuration (JSON)",
            "choose",
        ),
        (text("Entry not found"), "a text that says “Entry not found”", "sign in"),
        (text("Invalid username or password.\n"), "a text that says “Invalid username or password.”", "sign in"),
        (
            b"GGUF\x03\0\0\0\x02\0\0\0\0\0\0\0".to_vec(),
            "a GGUF file (version 3), as llama.cpp reads it",
            "converted from",
        ),
        (
            b"GGUF\0\0\0\x03\0\0\0\0\0\0\0\x02".to_vec(),
            "a GGUF file (version 3), as llama.cpp reads it",
            "converted from",
        ),
        (b"GGUF".to_vec(), "a GGUF file, as llama.cpp reads it", "converted from"),
        (b"algg\x01\0\0\0\x08\0\0\0".to_vec(), "an adapter in llama.cpp's old format", "converted from"),
        (zip("archive/data.pkl"), "a PyTorch file (a zip archive, as .bin, .pt and .ckpt are)", "torch.load"),
        (zip("adapter_model/version"), "a PyTorch file", "torch.load"),
        (zip("lora_down.npy"), "a NumPy archive (.npz)", "choose"),
        (zip("lora/lora.safetensors"), "a zip archive; ", "unpack"),
        (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "a zip archive without files", "download"),
        (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.".to_vec(), "a Python pickle", "weights_only=True"),
        (b"\x80\x03}q\0X\x01\0\0\0a".to_vec(), "a Python pickle", "weights_only=True"),
        (b"\x80\x04\x95\x10\0\0\0\0\0\0\0}".to_vec(), "a Python pickle", "weights_only=True"),
        (b"\x80\x05\x95\x10\0\0\0\0\0\0\0}".to_vec(), "a Python pickle", "weights_only=True"),
        (b"\x93NUMPY\x01\0v\0".to_vec(), "a NumPy array", "choose"),
        (b"\x89HDF\r\n\x1a\n\0\0".to_vec(), "an HDF5 file", "choose"),
        (b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), "a gzip archive", "unpack"),
        (b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), "a 7-Zip archive", "unpack"),
        (b"Rar!\x1a\x07\x01\0".to_vec(), "a RAR archive", "unpack"),
        (tar, "a tar archive", "unpack"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "a PNG picture", "choose"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), "a JPEG picture", "choose"),
        (b"%PDF-1.7\n%\xe2\xe3".to_vec(), "a PDF document", "choose"),
        (vec![0; 5000], "nothing but zeros at its beginning", "download"),
        (Vec::new(), "empty", "download"),
    ]
}

#[test]
fn a_file_that_is_something_else_says_what_it_is_and_what_to_do() {
    for (bytes, what, advice) in kinds() {
        let text = message(&bytes);
        let of = String::from_utf8_lossy(&bytes).into_owned();
        assert!(text.starts_with(&format!("the file: it is {what}")), "{of:?}: {text}");
        assert!(text.split_once("; ").is_some_and(|(_, said)| said.contains(advice)), "{of:?}: {text}");
    }
}

#[test]
fn binary_files_are_recognised_however_long_they_are() {
    let mut tried = 0;
    for (bytes, what, _) in kinds() {
        if std::str::from_utf8(&bytes).is_err() || bytes.contains(&0) && bytes.len() < 1000 {
            let text = message(&long(&bytes));
            assert!(text.starts_with(&format!("the file: it is {what}")), "{what}: {text}");
            tried += 1;
        }
    }
    assert!(tried >= 15, "{tried}");
    // A page of any length; the text of a JSON answer is read up to a bound.
    let page = format!("<html><title>Sign in</title>{}", "<p>text</p>".repeat(100_000));
    assert!(message(page.as_bytes()).starts_with("the file: it is an HTML page that says “Sign in”"));
    let answer = format!(r#"{{"error": "{}"}}"#, "long ".repeat(100_000));
    assert!(message(answer.as_bytes()).starts_with("the file: it is a JSON text; "));
}

#[test]
fn texts_of_a_file_are_shown_short_and_without_hidden_letters() {
    let hostile = "\\u001b[2J\\u202egnp.exe\\u0000<script>";
    let text = message(format!(r#"{{"error": "{hostile} {}"}}"#, "x".repeat(5000)).as_bytes());
    assert!(text.len() < 600, "{} bytes", text.len());
    assert!(text.contains("�[2J�gnp.exe�<script>"), "{text}");
    assert!(!text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)), "{text:?}");
    let page = message("<html><title>a\u{202e}b\u{1b}c</title>".as_bytes());
    assert!(page.contains("“a�b�c”"), "{page}");
    let deep = message(format!("{}1", r#"{"error":"#.repeat(3000)).as_bytes());
    assert!(deep.starts_with("the file: it is a JSON text; "), "{deep}");
}

#[test]
fn a_header_that_looks_like_another_file_is_read() {
    // Lengths whose bytes are those of a pickle (0x0280), of a gzip archive (0x8b1f) and of letters.
    for length in [0x0280u64, 0x8b1f, 0x227b] {
        let files = peft_layer(Files::default(), "q", "F32", [6, 2, 5]).bytes();
        let old = u64::from_le_bytes(*files.first_chunk().expect("a length")) as usize;
        let mut text = files[8..8 + old].to_vec();
        text.resize(length as usize, b' ');
        let bytes = [&length.to_le_bytes()[..], &text, &files[8 + old..]].concat();
        assert_eq!(open(&bytes, None).expect("an adapter").layers().len(), 1);
        // And cut within its header, it is a safetensors file that is cut off.
        let expected = format!("the file is cut off within its header: 300 of at least {} bytes.", length + 8);
        let grouped = |text: &str| text.replace(',', "");
        assert!(grouped(&message(&bytes[..300])).starts_with(&expected), "{}", message(&bytes[..300]));
    }
}

#[test]
fn what_is_not_known_keeps_its_own_message() {
    assert_eq!(
        message(b"\x01\xfe"),
        "the file: not a safetensors file: it ends after 2 of the 8 bytes that it must begin with"
    );
    assert!(
        message(&[9, 0, 0, 0, 0, 0, 0, 0, 0xff, 1, 2, 3])
            .contains("its header would have 9 bytes, and there is room for 4")
    );
    let problem = Problem::new(Location::File, Reason::RankZero);
    assert_eq!(Header::explained(problem.clone(), &[], 100), problem);
    assert_eq!(Foreign::of(&[1, 2, 3], 3), None);
}
