//! The original compiler: reads lines `ID HEX` (a program's text in hexadecimal) and answers each with
//! `ID rows HEX` (events, then instructions) or `ID refused KIND TEXT`; KIND is compile, serialize or panic.

use std::io::{BufRead, Write};
use std::panic::{catch_unwind, set_hook};

fn main() {
    // portus panics on some programs; that is an answer.
    set_hook(Box::new(|_| {}));
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("stdin");
        let Some((id, hex)) = line.split_once(' ') else { continue };
        let source: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal"))
            .collect();
        let answer = match catch_unwind(|| compile(&source)) {
            Ok(answer) => answer,
            Err(_) => "refused panic".to_owned(),
        };
        writeln!(out, "{id} {}", answer.replace('\n', " ")).expect("stdout");
    }
}

fn compile(source: &[u8]) -> String {
    match portus::lang::compile(source, &[]) {
        Err(error) => format!("refused compile {error:?}"),
        Ok((program, _)) => match program.serialize() {
            Err(error) => format!("refused serialize {error:?}"),
            Ok(rows) => {
                let hex: String = rows.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("rows {hex}")
            }
        },
    }
}
