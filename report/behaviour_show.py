# SPDX-License-Identifier: GPL-2.0-only
"""Comparisons of behaviour as text, Markdown or a page, and the table of many kernels."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from report.behaviour import Comparison, Group
from report.markdown import code
from report.text import number, plain

MOST_CHANGES = 4  # examples under a group
_STYLE = """body{font:15px/1.5 sans-serif;max-width:72em;margin:2em auto;padding:0 1em;color:#222}
h2{margin:1.6em 0 .2em}li{margin:.5em 0}code{background:#f2f2f2;padding:0 .2em;overflow-wrap:anywhere}
.u{border-left:4px solid #c33;padding-left:.6em}.e{border-left:4px solid #999;padding-left:.6em}
small{color:#666}td,th{padding:.1em .6em;text-align:left;border-bottom:1px solid #ddd}"""


def title(told: Comparison) -> str:
    """What is compared with what."""
    sides = [f"{side.name} ({side.kernel or 'an unknown kernel'})" for side in (told.old, told.new)]
    return plain(" -> ".join(sides))  # type: ignore[no-any-return]


def counted(told: Comparison) -> str:
    """The line that counts."""
    changed = sum(len(group.changes) + group.follow for group in told.groups)
    unknown = told.unexplained
    return (f"{told.compared} observations compared, {changed} changed: "
            f"{number(len(told.groups) - len(unknown), 'explained change')}, "
            f"{len(unknown)} unexplained")


def _about(told: Comparison, group: Group) -> str:
    if group.explained:
        return group.subject
    return f"{told.part(group.part).what}: {group.subject}"


def _count(group: Group) -> str:
    return (f"{number(len(group.changes), 'observation')}"
            f"{f', and {group.follow} that follow in the same sequences' if group.follow else ''}")


def _arrows(group: Group, every: bool) -> list[str]:
    arrows = list(dict.fromkeys(change.arrow for change in group.changes))
    if len(arrows) == 1 and not every:
        return []
    shown = group.changes if every else group.changes[:MOST_CHANGES]
    lines = [f"{change.key.split('.', 2)[2]}: {change.arrow}" for change in shown]
    left = len(group.changes) - len(shown)
    return [*lines, *([f"... and {left} more (-v shows all)"] if left else [])]


def _arrow(group: Group) -> str:
    arrows = {change.arrow for change in group.changes}
    return arrows.pop() if len(arrows) == 1 else ""


def _near(told: Comparison, group: Group) -> str:
    return ", ".join(told.part(group.part).near)


def _sections(told: Comparison) -> Iterable[tuple[str, list[Group]]]:
    yield "Unexplained", told.unexplained
    yield "Explained", [group for group in told.groups if group.explained]


def text(told: Comparison, every: bool = False) -> str:
    """For a terminal."""
    out = [title(told), *(f"note: {note}" for note in told.notes)]
    for name, groups in _sections(told):
        if groups:
            out += ["", name]
        for group in groups:
            arrow = _arrow(group)
            out.append(f"  {_about(told, group)}{f': {arrow}' if arrow else ''}"
                       f" [{_count(group)}]")
            if group.explained:
                out.append(f"      {group.explained.id}: {group.explained.reason}")
                out += [f"      see: {group.explained.see}"] if group.explained.see else []
                out += [f"      {line}" for line in _arrows(group, True)] if every else []
                continue
            out.append(f"      {group.meaning}")
            out += [f"      {line}" for line in _arrows(group, every)]
            if near := _near(told, group):
                out.append(f"      near: {near}")
            if group.looks_like:
                out.append(f"      looks like {group.looks_like.id}, which is of other versions")
    return "\n".join(plain([*out, "", counted(told)])) + "\n"


def markdown(told: Comparison, every: bool = False) -> str:
    """For a comment on a pull request. What comes out of recordings stands in code."""
    out = [f"### Behaviour: {code(title(told))}", "", counted(told), "",
           *(f"- note: {code(note)}" for note in told.notes)]
    for name, groups in _sections(told):
        if groups:
            out += ["", f"**{name}**", ""]
        for group in groups:
            arrow = _arrow(group)
            said = group.explained.reason if group.explained else group.meaning
            out.append(f"- {code(_about(told, group))}{f': {code(arrow)}' if arrow else ''}: {said}")
            out += [f"  - {code(line)}" for line in _arrows(group, every)] if not group.explained else []
    return "\n".join(plain(out)) + "\n"


def _items(told: Comparison, groups: list[Group], every: bool) -> Iterable[str]:
    for group in groups:
        arrow = _arrow(group)
        said = group.explained.reason if group.explained else group.meaning
        near = _near(told, group)
        lines = "".join(f"<br><code>{escape(line)}</code>" for line in _arrows(group, every))
        yield (f"<li class={'e' if group.explained else 'u'}>{escape(_about(told, group))}"
               f"{f': <code>{escape(arrow)}</code>' if arrow else ''}"
               f" <small>{_count(group)}</small><br>{escape(said)}"
               f"{lines}{f'<br><small>near: {escape(near)}</small>' if near else ''}</li>")


def page(all_of: list[Comparison], every: bool = False) -> str:
    """One page that needs nothing beside it."""
    out = ["<!doctype html><html lang=en><meta charset=utf-8>",
           f"<title>Behaviour</title><style>{_STYLE}</style><h1>What changed between kernels</h1>"]
    for told in all_of:
        out.append(f"<h2>{escape(title(told))}</h2><p>{escape(counted(told))}</p>")
        out += [f"<p><small>note: {escape(note)}</small></p>" for note in told.notes]
        for name, groups in _sections(told):
            if groups:
                out.append(f"<h3>{name}</h3><ul>{''.join(_items(told, groups, every))}</ul>")
    return "\n".join(plain(out)) + "</html>\n"


def matrix(all_of: list[Comparison]) -> str:
    """When each behaviour changed: a line for each change, a column for each step from one kernel to
    the next."""
    steps = [f"{told.old.kernel} -> {told.new.kernel}" for told in all_of]
    table: dict[str, list[str]] = {}
    for column, told in enumerate(all_of):
        for group in told.groups:
            label = group.explained.id if group.explained else _about(told, group)
            line = table.setdefault(label, ["."] * len(steps))
            line[column] = "e" if group.explained else "C"
    width = max([len(str(len(steps))), 2])
    out = [f"{place:>{width}}  {name}" for place, name in enumerate(steps, 1)]
    out += ["", "".join(f"{place:>{width + 1}}" for place in range(1, len(steps) + 1))]
    out += ["".join(f"{mark:>{width + 1}}" for mark in marks) + f"  {label}" for label, marks in table.items()]
    return "\n".join(plain([*out, "", ".=the same  C=changed  e=changed, explained"])) + "\n"
