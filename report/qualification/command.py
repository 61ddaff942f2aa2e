# SPDX-License-Identifier: GPL-2.0-only
"""The subcommands qualify and verify: a claim held against results, and proof of the outcome."""

from __future__ import annotations

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from fixtures.problem import Problem
from report import catalogue, results
from report.problem import SIGNATURE
from report.qualification import bundle, contents, profile_toml, rejudge, signing, table, verdict
from report.text import plain

PLACE = Path("build/qualify")
EXITS = {verdict.QUALIFIED: 0, verdict.NOT_QUALIFIED: 1, verdict.INCOMPLETE: 4}
BROKEN = 5
QUALIFY = """\
A profile is a TOML file; report/profiles/ has examples that explain every key. The verdict:
QUALIFIED      every mandatory requirement was tested, and nothing failed that is not waived
NOT QUALIFIED  something failed, or is claimed and absent, or a waiver no longer applies
INCOMPLETE     nothing speaks against it, but something mandatory was not tested

Exit status: 0 QUALIFIED; 1 NOT QUALIFIED; 4 INCOMPLETE; 5 INCOMPLETE, and the test could not judge
something that it tried (ERROR, a run that broke off); 64 the command line is wrong; 65 a
result is cut off; 66 there is no result, profile, key, or file that was named; 67 a result is
somebody else's, or of another version, or --binary is not what ran; 68 a result was changed;
69 the suite is not built, or ssh-keygen or minisign is not installed; 71 a cell is there twice;
72 a shard is missing; 74 the bundle cannot be written; 77 it cannot be signed with this key; 78
the profile has a mistake.
With 64 and above no bundle is written.
"""
VERIFY = """\
A signature proves that nothing was changed since, and by --allowed-signers FILE by whom. The file
is ssh-keygen(1)'s ALLOWED SIGNERS, or minisign's public key. Then the bundle is judged again: its
verdict must follow from the logs, the profile and the waivers in it.

Exit status: 0 whole, signed by somebody allowed, and right (whatever its verdict, which is printed);
64 the command line is wrong; 65 a tar file is cut off; 66 there is no such bundle, or no such
file of signers; 67 it is no bundle, of another version, or too large; 68 a file was changed, added
or removed, or says what does not follow from the others; 69 ssh-keygen or minisign is not installed;
77 nobody signed it, or somebody whom no --allowed-signers allows.
"""


def _config(text: str) -> tuple[str, Path]:
    kernel, separator, path = text.partition("=")
    if not separator or not kernel or not path:
        raise argparse.ArgumentTypeError(f"'{text}' is not KERNEL=FILE")
    return kernel, Path(path)


def _qualify(options: argparse.Namespace) -> int:
    known = catalogue.load()
    profile = profile_toml.load(options.profile, known)
    out = options.out or PLACE / profile.name
    bundle.check_place(out)
    located, wrong = results.locate(options.results)
    if wrong:
        raise Problem([line for error in wrong for line in error.lines], wrong[0].code)
    found = [result for _, result in located]
    done = verdict.qualify(profile, found, known, profile_toml.today())
    files = contents.gather(done, located, known, options.binary, dict(options.kernel_config))
    if options.key:
        name, signature = signing.sign(files[bundle.MANIFEST], options.key)
        files[name] = signature
    try:
        bundle.write(out, files, profile.name)
        unwritten = None
    except Problem as error:
        unwritten = error
    table.show(Console(), done)
    if not unwritten:
        print(plain(f"{out}{'' if options.key else ', not signed: --key signs it'}"))
    if unwritten:
        raise unwritten
    if done.verdict == verdict.INCOMPLETE and done.broken:
        return BROKEN
    return EXITS[done.verdict]


def _expired(files: bundle.Files, day: datetime.date) -> list[str]:
    """Waivers that held when the bundle was made, and no longer do."""
    try:
        entries = json.loads(files[contents.WAIVERS])
        return [f"its waiver of {entry['requirement']} has expired since, on {entry['expires']}"
                for entry in entries if not entry["problem"] and entry["expires"]
                and datetime.date.fromisoformat(entry["expires"]) < day]
    except (ValueError, KeyError, TypeError):
        return ["its waivers cannot be read"]


def _verify(options: argparse.Namespace) -> int:
    files = bundle.read(options.bundle)
    bundle.check(options.bundle, files)
    signer = signing.verify(options.bundle, files, options.allowed_signers)
    if signer is None and (not options.unsigned or options.allowed_signers):
        raise Problem(f"{options.bundle}: nobody signed it, so anybody may have made it"
                          + ("" if options.allowed_signers else "; --unsigned checks the "
                             "checksums alone"), SIGNATURE)
    if signer and not signer.who and not options.any_signer:
        raise Problem(f"{options.bundle}: signed with {signer.key}, and nobody has said whose key "
                          "that is: --allowed-signers FILE does, --any-signer takes any", SIGNATURE)
    said = contents.summary(options.bundle, files)
    rejudge.check(options.bundle, files)
    if signer is None:
        print(f"{len(files)} files as listed; not signed: nothing proves where it comes from")
    elif signer.who:
        print(plain(f"{len(files)} files as listed, signed by {signer.who} with {signer.key}"))
    else:
        print(f"{len(files)} files as listed, signed with {signer.key}, by whomever that is")
    for line in _expired(files, profile_toml.today()):
        print(plain(line))
    print(plain(f"{said['verdict']}: {said.get('profile')}, on {said.get('day')}"))
    return 0


def register(commands: Any) -> None:
    """Add them to the report's command line."""
    make = argparse.RawDescriptionHelpFormatter
    parser = commands.add_parser(
        "qualify", help="hold results against a profile; make a signed bundle", epilog=QUALIFY,
        description="Hold results against what a profile claims, and keep the evidence.",
        formatter_class=make)
    parser.add_argument("--profile", type=Path, required=True, metavar="FILE")
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULTS",
                        help="directories, searched for results.json at any depth")
    parser.add_argument("--out", type=Path, metavar="DIR",
                        help=f"the bundle, a tar file if it ends in .tar (default: {PLACE}/NAME "
                        "of the profile)")
    parser.add_argument("--key", type=Path, metavar="KEY",
                        help="sign the bundle with this private key, of OpenSSH or minisign")
    parser.add_argument("--binary", type=Path, action="append", default=[], metavar="FILE",
                        help="the binary that ran, for its checksum, where no result has it")
    parser.add_argument("--kernel-config", type=_config, action="append", default=[],
                        metavar="KERNEL=FILE", help="the configuration of a kernel, to be kept too")
    parser.set_defaults(run=_qualify)
    parser = commands.add_parser(
        "verify", help="check a qualification's bundle, offline", epilog=VERIFY,
        description="Check that a bundle is whole, unchanged, and whose it is.",
        formatter_class=make)
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="a directory or a tar file")
    parser.add_argument("--allowed-signers", type=Path, metavar="FILE",
                        help="whose signature counts")
    parser.add_argument("--any-signer", action="store_true",
                        help="accept the signature of anybody, which proves only that nothing was "
                        "changed since")
    parser.add_argument("--unsigned", action="store_true",
                        help="accept a bundle without a signature")
    parser.set_defaults(run=_verify)
