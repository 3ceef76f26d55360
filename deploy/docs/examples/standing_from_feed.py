"""Where does each candidacy stand, as its results were released? Folded from the events of the feed alone.

    python standing_from_feed.py < events.jsonl

Events come at least once each, and what waited for its release comes after facts that were recorded later: keep
one of each `id`, and fold them in the order of `position`. What a jury decided counts if it is there: what is not
released is not told. Nothing but the standard library is needed.
"""

import json
import sys
from collections import defaultdict
from dataclasses import dataclass

ELSEWHERE = "elsewhere"
"""Stands for whatever granted a block that counts here without a jury of this candidacy."""


@dataclass
class Decision:
    """What a jury said of a competence, a block or the title; made known at the position `told_at`."""

    session: str
    said: bool
    position: int
    since: int
    told_at: int
    on: str | None = None
    option: str | None = None


class Feed:
    """All events that came, each once."""

    def __init__(self):
        """Begin with none."""
        self.events = {}

    def take(self, event):
        """Keep an event; one that came before changes nothing."""
        self.events[event["id"]] = event

    def standings(self):
        """Where each candidacy stands, by its id."""
        frameworks, opened, about = {}, {}, defaultdict(list)
        for event in sorted(self.events.values(), key=lambda each: each["position"]):
            name = event["type"].split(".")[2]
            if name == "FrameworkPublished":
                frameworks[event["stream"]] = event["data"]["definition"]
            elif name == "SessionOpened":
                opened[event["stream"]] = (event["data"]["opened_on"], event["position"])
            elif "subject" in event:
                about[event["subject"]].append((name, event))
        found = {}
        for candidacy, events in about.items():
            if events[0][0] == "CandidacyOpened":
                found[candidacy] = Fold(frameworks[events[0][1]["data"]["framework"]], opened).of(events)
        return found


class Fold:
    """One candidacy: a method for each kind of fact that changes where it stands."""

    def __init__(self, framework, opened):
        """Begin with nothing; `opened` says of each session the day and the position at which it opened."""
        self.framework, self.opened = framework, opened
        self.evidence = {each["number"]: {} for each in framework["competences"]}
        self.rulings = {number: [] for number in self.evidence}
        self.blocks = {each["number"]: [] for each in framework["blocks"]}
        self.block_of = {number: each for each in framework["blocks"] for number in each["competences"]}
        self.titles, self.sought, self.option = [], set(), None
        self.serves, self.frozen, self.aside = {}, set(), {}
        self.fallen, self.untitled, self.uncounted = set(), set(), set()

    def of(self, events):
        """Read the events in order, and say where the candidacy stands."""
        for name, event in events:
            if read := getattr(self, name, None):
                read(event, event["data"])
        return self.standing()

    # What is sought, and the evidence

    def CandidacyOpened(self, event, data):
        """The blocks asked for: those named, or those that the title can need with this option."""
        self.option, whole = data.get("option"), self.framework.get("title_rule")
        needed = numbers(whole) if whole else set(self.framework["required_blocks"])
        options = self.framework.get("options", [])
        chosen = next((each for each in options if each["code"] == self.option), None)
        others = {block for each in options for block in each["blocks"]} - set(chosen["blocks"]) if chosen else set()
        self.sought = set(data["blocks"]) or (set(self.blocks) - others) & needed

    BlocksSought = CandidacyOpened

    def EvidenceSubmitted(self, event, data):
        """A piece shows competences; put in for one that was filed, it takes that one's place in the file."""
        if data.get("filed") and data.get("replaces"):
            self.forget(data["replaces"])
            self.frozen.add(data["evidence"])
        self.serve(data["evidence"], event, data)

    def EvidenceRedirected(self, event, data):
        """It shows others."""
        self.forget(event["stream"])
        self.serve(event["stream"], event, data)

    def EvidenceWithdrawn(self, event, data):
        """It shows none."""
        self.forget(event["stream"])

    def EvidenceRejected(self, event, data):
        """Found unfit it shows none, unless it was filed."""
        piece = event["stream"]
        if piece not in self.frozen:
            shown = {number: self.evidence[number].pop(piece, None) for number in self.serves.get(piece, ())}
            self.aside[piece] = {number: at for number, at in shown.items() if at is not None}

    EvidenceQuarantined = EvidenceRejected

    def EvidenceCleared(self, event, data):
        """Found sound after all, it shows what it showed."""
        for number, at in self.aside.pop(event["stream"], {}).items():
            self.evidence[number][event["stream"]] = at

    def ValidationFileSubmitted(self, event, data):
        """What is filed keeps its place in the file."""
        self.frozen.update(data["evidence"])

    def serve(self, piece, event, data):
        self.serves[piece] = data["competences"] + self.serves.get(piece, [])
        for number in data["competences"]:
            self.evidence[number][piece] = event["position"]

    def forget(self, piece):
        self.aside.pop(piece, None)
        for number in self.serves.pop(piece, ()):
            self.evidence[number].pop(piece, None)

    # What juries said

    def CompetenceRuled(self, event, data):
        """A ruling on a competence."""
        self.rulings[data["competence"]].append(decision(event, data["session"], data["acquired"]))

    def BlockGranted(self, event, data):
        """A block is granted."""
        self.blocks[data["block"]].append(decision(event, data["session"], said=True))

    def BlockNotGranted(self, event, data):
        """A block is not."""
        self.blocks[data["block"]].append(decision(event, data["session"], said=False))

    def TitlePronounced(self, event, data):
        """The title is pronounced."""
        self.untitled.discard(data["session"])
        self.titles.append(decision(event, data["session"], said=True, option=data.get("option")))

    def BlockCarriedOver(self, event, data):
        """A block won elsewhere counts here."""
        on = data.get("granted_on") or data["obtained_on"]
        self.blocks[data["block"]].append(decision(event, ELSEWHERE, said=True, on=on))

    BlockSatisfied = BlockCarriedOver

    def CreditFell(self, event, data):
        """It counts no more; what was counted by mistake never counts again."""
        if won := self.won_elsewhere(data, fallen=False):
            self.uncounted.add(won.position)

    def CreditRestored(self, event, data):
        """It counts again."""
        if won := self.won_elsewhere(data, fallen=True):
            self.uncounted.discard(won.position)

    def won_elsewhere(self, data, *, fallen):
        of_the_day = [d for d in self.blocks[data["block"]] if d.session == ELSEWHERE and d.on == data["since"]]
        so = [d for d in of_the_day if (d.position in self.uncounted) is fallen]
        return (so or of_the_day or [None])[-1]

    def JurorRecused(self, event, data):
        """A member stepped out: what their jury ruled is to be ruled again, but for blocks that it had decided."""
        for number, rulings in self.rulings.items():
            decided = self.blocks[self.block_of[number]["number"]]
            if all(each.session != data["session"] for each in decided):
                self.rulings[number] = but_of(data["session"], rulings)

    def DeliberationReopened(self, event, data):
        """All that a jury decided is to be decided anew."""
        for decided in (self.rulings, self.blocks):
            for number in decided:
                decided[number] = but_of(data["session"], decided[number])
        self.titles = but_of(data["session"], self.titles)

    def DecisionTakenBack(self, event, data):
        """A jury took back these blocks, or all, and the title where it says so; what it ruled stays."""
        for number in data["blocks"] or list(self.blocks):
            self.blocks[number] = but_of(data["session"], self.blocks[number])
        if data["title"]:
            self.titles = but_of(data["session"], self.titles)

    def DecisionAnnulled(self, event, data):
        """All that a jury decided fell, its title too."""
        self.fallen.add(data["session"])
        self.untitled.add(data["session"])

    def DecisionRestored(self, event, data):
        """It stands again, but for the title."""
        self.fallen.discard(data["session"])

    def TitleFell(self, event, data):
        """The title fell."""
        self.untitled.add(data["session"])

    def TitleRestored(self, event, data):
        """The title stands again."""
        self.untitled.discard(data["session"])

    def DecisionRectified(self, event, data):
        """What was keyed is as if the minutes had been keyed in its place."""
        session = data["session"]
        for each in data["rulings"]:
            self.put_right(self.rulings[each["competence"]], event, session, said=each["minuted"])
        for block in data["granted"] + data["not_granted"]:
            self.put_right(self.blocks[block], event, session, said=block in data["granted"])
        if data["title"] is False:
            self.titles = but_of(session, self.titles)
        elif data["title"]:
            self.untitled.discard(session)
            self.put_right(self.titles, event, session, said=True, option=data.get("option"))

    def put_right(self, decisions, event, session, **said):
        """In the place of what this jury had said or, if it had said nothing, in its own among the juries."""
        keyed = [each.since for each in decisions if each.session == session]
        decisions[:] = but_of(session, decisions)
        decisions.append(decision(event, session, **said))
        decisions[-1].since = keyed[-1] if keyed else self.opened[session][1]
        decisions.sort(key=lambda each: each.since)

    # What it comes to

    def stands(self, each):
        return each.session not in self.fallen and each.position not in self.uncounted

    def decided(self, block):
        """The decision on a block that counts: granted once is granted for good, by whom it was known first."""
        known = [each for each in self.blocks[block] if self.stands(each)]
        grants = sorted((each for each in known if each.said), key=lambda each: each.told_at)
        return next(iter(grants or known[-1:]), None)

    def ruling(self, number):
        """The ruling that counts: the last, or that of the jury whose grant of the block stands."""
        known = [each for each in reversed(self.rulings[number]) if self.stands(each)]
        grant = self.decided(self.block_of[number]["number"])
        granting = [each for each in reversed(self.rulings[number]) if grant and grant.session == each.session]
        return next(iter((granting if known and grant and grant.said else []) + known), None)

    def day(self, decision):
        return decision and (decision.on or self.opened[decision.session][0])

    def standing(self):
        """Outcome, title, blocks and competences, as Acquis shows them to everybody."""
        titles = [each for each in self.titles if self.stands(each) and each.session not in self.untitled]
        title = titles[-1] if titles else None
        said = [each for decisions in self.blocks.values() for each in decisions if self.stands(each)]
        if title:
            outcome = "full"
        elif all(each.session == ELSEWHERE for each in said):
            outcome = "in_progress"
        else:
            outcome = "partial" if any(each.said for each in said) else "none"
        return {
            "outcome": outcome,
            "title_on": self.day(title),
            "title_option": title and title.option,
            "option": self.option,
            "blocks": {block: self.block(block) for block in self.blocks},
            "competences": {number: self.competence(number) for number in self.evidence},
        }

    def block(self, block):
        found, state = self.decided(block), "not_decided" if block in self.sought else "not_sought"
        if found and (found.said or state == "not_decided"):
            state = "granted" if found.said else "not_granted"
        session = found.session if found and found.session != ELSEWHERE else None
        return {"state": state, "session": session, "decided_on": self.day(found)}

    def competence(self, number):
        ruling, positions = self.ruling(number), list(self.evidence[number].values())
        state = "ruled" if ruling else "evidenced" if positions else "no_evidence"
        positions += [ruling.position] if ruling else []
        return {"state": state, "acquired": ruling and ruling.said, "positions": sorted(positions)}


def decision(event, session, said, **more):
    """A decision as it was recorded."""
    return Decision(session, said, event["position"], event["position"], event["toldat"], **more)


def but_of(session, decisions):
    """The decisions of the other sessions."""
    return [each for each in decisions if each.session != session]


def numbers(rule):
    """The numbers of which a rule speaks."""
    ways = (numbers(way) if isinstance(way, dict) else {way} for way in rule["of"])
    return set(rule["mandatory"]).union(*ways)


if __name__ == "__main__":
    feed = Feed()
    for line in sys.stdin:
        feed.take(json.loads(line))
    json.dump(feed.standings(), sys.stdout, indent=1)
