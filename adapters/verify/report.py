"""The report of a verification, in plain French and English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.verify.proof import ENDLESS, Finding, Key, Relied
from domain.refusal import Refused

if TYPE_CHECKING:
    from adapters.verify.rules import NotChecked, Shut

SENTENCES: dict[str, tuple[str, str]] = {
    "manifest-mismatch": (
        "Le fichier n'est pas celui qui a été mis dans le dossier d'audit.",
        "The file is not the one that was packed into the bag.",
    ),
    "unknown-file": (
        "Ce fichier ne fait pas partie d'un dossier d'audit : rien n'en est prouvé.",
        "This file is no part of a bag: nothing of it is proved.",
    ),
    "missing-file": ("Un fichier du dossier d'audit manque.", "A file of the bag is missing."),
    "unknown-format": ("Le fichier n'a pas la forme attendue.", "The file is not in the form expected."),
    "malformed-line": ("La ligne n'a pas la forme d'un fait.", "The line is not in the form of a fact."),
    "changed-fact": (
        "Le fait ne correspond plus à son empreinte : le fait ou son empreinte a été changé après scellement.",
        "The fact no longer matches its hash: the fact or its hash was changed after it was sealed.",
    ),
    "missing-fact": ("Un ou plusieurs faits ont été retirés.", "One or more facts were removed."),
    "extra-fact": (
        "Un fait a été ajouté, que le journal ne connaît pas.",
        "A fact was added that the log does not know.",
    ),
    "reordered-facts": ("Un fait n'est pas à sa place dans l'ordre du journal.", "A fact is out of the log's order."),
    "version-gap": (
        "Il manque un fait, juste avant celui-ci, dans l'histoire de ce dont il parle.",
        "In the history of what this fact is about, the fact before it is missing.",
    ),
    "duplicate-version": (
        "Deux faits occupent le même rang dans l'histoire de ce dont ils parlent.",
        "Two facts hold the same place in the history of what they are about.",
    ),
    "duplicate-append": ("Le même enregistrement apparaît deux fois.", "The same recording appears twice."),
    "wrong-root": (
        "Les faits ne donnent pas la racine qui a été signée : ils ont été changés entre ces deux feuilles.",
        "The facts do not give the root that was signed: they were changed between these two leaves.",
    ),
    "truncated-log": (
        "Davantage de faits avaient été signés : la fin du journal manque, ou des faits en ont été retirés.",
        "More facts had been signed: the end of the log is missing, or facts were taken out of it.",
    ),
    "inconsistent-checkpoint": (
        "Le journal n'est pas la suite de ce point de contrôle : l'histoire a été récrite entre ces deux feuilles.",
        "The log does not continue this checkpoint: history was rewritten between these two leaves.",
    ),
    "unproved-checkpoint": (
        (
            "Rien ici ne mène à ce point de contrôle : il n'est ni confirmé ni démenti. Demandez un export fait "
            "pour lui (acquis export audit --checkpoint FICHIER)."
        ),
        (
            "Nothing here leads to this checkpoint: it is neither confirmed nor contradicted. Ask for an export "
            "made for it (acquis export audit --checkpoint FILE)."
        ),
    ),
    "bad-signature": ("Une signature est fausse.", "A signature is false."),
    "retired-key": (
        "Le point de contrôle est signé d'une clé qui était remplacée avant lui : elle peut avoir été volée depuis.",
        "The checkpoint is signed by a key that was replaced before it: it may have been stolen since.",
    ),
    "unknown-key": (
        (
            "Le point de contrôle est signé d'une clé que rien ne rattache à celle de confiance. Si la clé du "
            "certificateur a changé, obtenez-la par une autre voie que ce dossier et donnez-la avec --key."
        ),
        (
            "The checkpoint is signed by a key that nothing links to the trusted one. If the certifier's key has "
            "changed, get it by another way than this bag and pass it with --key."
        ),
    ),
    "other-log": ("Ceci vient d'un autre journal.", "This comes from another log."),
    "bad-proof": (
        "La preuve ne mène pas du fait à la racine signée.",
        "The proof does not lead from the fact to the signed root.",
    ),
    "changed-evidence": (
        "Le fichier n'est pas la preuve que le fait décrit.",
        "The file is not the piece of evidence that the fact describes.",
    ),
    "missing-evidence": ("Le fichier d'une preuve manque.", "The file of a piece of evidence is missing."),
    "wrong-opening": (
        "La valeur ouverte n'est pas celle que le fait renferme.",
        "The opened value is not the one that the fact holds sealed.",
    ),
    "unaccounted-value": (
        "Une valeur scellée doit être soit ouverte, soit retenue pour un motif possible, une seule fois.",
        "A sealed value must be either opened or withheld for a reason that can be, and once.",
    ),
    "wrong-copy": (
        "Le texte lisible n'est pas celui que le fait publie.",
        "The readable text is not the one that the fact publishes.",
    ),
    "wrong-scope": (
        "Ce que le dossier dit couvrir n'y est pas depuis son début.",
        "What the bag says it covers is not in it from its beginning.",
    ),
    "unlawful-decision": (
        "Sur les faits alors connus, les règles auraient refusé ce fait.",
        "On the facts then known, the rules would have refused this fact.",
    ),
    "clock-went-back": (
        "L'instant d'écriture recule de plus de cinq secondes.",
        "The instant of writing goes back by more than five seconds.",
    ),
}
"""One sentence for each kind of finding, French then English."""

NOT_CHECKED: dict[str, tuple[str, str]] = {
    "rests-on-what-is-not-here": (
        "Cette décision repose sur des faits qui ne sont pas dans le dossier.",
        "This decision rests on facts that are not in the bag.",
    ),
    "earlier-rules": (
        "Jusqu'ici, dit le dossier, une version antérieure a consigné les faits : son vérificateur en juge.",
        "Up to here, the bag says, an earlier version recorded the facts: its own verifier judges them.",
    ),
    "completeness-claimed": (
        "Une partie du journal prouve ce qui y est, non que rien n'y manque : cela n'est qu'affirmé.",
        "Part of a log proves what is in it, not that nothing is missing: that is only claimed.",
    ),
    "erasure-not-in-facts": (
        "Dit effacé, mais aucun fait du dossier n'ordonne cet effacement : comparez au registre des effacements.",
        "Said to be erased, but no fact of the bag orders that erasure: compare with the register of erasures.",
    ),
    "quarantine-claimed": (
        (
            "Fichier dit en quarantaine, donc absent, mais aucun fait du dossier ne l'y met : il l'a été depuis, ou "
            "qui a transmis le dossier l'a ôté. Demandez-le au certificateur."
        ),
        (
            "Said to be in quarantine, hence not here, but no fact of the bag puts it there: it was since, or "
            "whoever handed the bag on took it out. Ask the certifier."
        ),
    ),
    "check-not-passed": (
        "Fichier absent : sa vérification n'était pas finie, ou l'a refusé. Seul son candidat l'ouvre.",
        "File not here: its check was not over, or refused it. Its candidate alone opens it.",
    ),
    "not-scanned": (
        (
            "Fichier absent : aucun antivirus ne l'a analysé, et le règlement ne l'ouvre alors qu'à son candidat. "
            "Demandez un export une fois l'analyse faite."
        ),
        (
            "File not here: no virus scanner saw it, and the rulebook then opens it to its candidate only. "
            "Ask for an export once it is scanned."
        ),
    ),
    "loss-claimed": (
        (
            "Dit perdu, sans que rien le montre : quiconque a transmis le dossier a pu fermer cette valeur. "
            "Demandez-la au certificateur."
        ),
        (
            "Said to be lost, which nothing shows: whoever handed the bag on could have shut this value. "
            "Ask the certifier for it."
        ),
    ),
    "results-not-released": (
        (
            "Résultats non communiqués : marques et décisions d'un jury sont laissées de côté, qu'il y en ait ou "
            "non. Demandez un export une fois les résultats communiqués."
        ),
        (
            "Results not released: marks and decisions of a jury are left out, whether there are any yet or not. "
            "Ask for an export once the results are released."
        ),
    ),
    "not-for-auditors": (
        "Ce qui a précédé un aménagement accordé reste entre le candidat et le référent handicap.",
        "What came before an accommodation that was granted stays between the candidate and the disability officer.",
    ),
    "left-by-a-computer": (
        "Fichier qu'un ordinateur a laissé là en ouvrant le dossier ; il n'en fait pas partie.",
        "A file that a computer left there when the folder was looked into; it is no part of the bag.",
    ),
}
SCOPES = {
    "all": ("tout", "all of it"),
    "candidacy": ("une candidature", "one candidacy"),
    "session": ("une session de jury", "one jury session"),
    "period": ("une période", "a period"),
    "receipt": ("un reçu", "a receipt"),
}
CLASSES: dict[str, tuple[str, str]] = {
    "identity": ("identité", "identity"),
    "civil_proof": ("justificatif d'état civil", "proof of civil status"),
    "papers": ("pièces et commentaires", "papers and comments"),
    "decision": ("décision", "decision"),
    "accessibility": ("aménagement (médical)", "accommodation (medical)"),
    "cpf": ("NIR", "national number"),
    "register": ("registre", "register"),
    "portfolio": ("portfolio", "portfolio"),
}
"""The names of the retention classes (domain.fact.Retention)."""
SHUT: dict[str | None, tuple[str, str]] = {
    "erased": ("effacé", "erased"),
    "lost": ("clé perdue", "key lost"),
    "not-for-you": ("non communiqué à cet auditeur", "not for this auditor"),
    None: ("fermé, sans motif donné", "shut, no reason given"),
}
WHY = {
    "endorsed": (
        "Clé {0} : retenue aussi, la clé {1} en répond par sa signature.",
        "Key {0}: relied on too, key {1} vouches for it by its signature.",
    ),
    "replaced": (
        "Clé {0} : retenue aussi, jusqu'à {2} feuilles, car la clé {1} l'a remplacée.",
        "Key {0}: relied on too, up to {2} leaves, as key {1} replaced it.",
    ),
}
UNVOUCHED = (
    (
        "Clé {0} : le journal la nomme, mais aucune clé de confiance n'en répond, seulement la parole du "
        "certificateur. Elle n'est pas retenue : si elle est la sienne, obtenez-la par une "
        "autre voie et donnez-la avec --key."
    ),
    (
        "Key {0}: the log names it, but no trusted key vouches for it, only the certifier's word. It is not "
        "relied on: if it is theirs, get it by another way and pass it with --key."
    ),
)
WITNESSED = (
    "{0} points de contrôle sur {1} portent la signature du témoin {2}.",
    "{0} checkpoints of {1} bear the signature of witness {2}.",
)
STAMPS = (
    (
        "{0} horodatages (.tsr), non vérifiés ici : openssl ts -verify -data TEXTE -in FICHIER.tsr -CAfile "
        "AUTORITÉ.pem, où TEXTE est la note jusqu'à sa ligne vide, non comprise."
    ),
    (
        "{0} time-stamps (.tsr), not checked here: openssl ts -verify -data TEXT -in FILE.tsr -CAfile AUTHORITY.pem, "
        "where TEXT is the note up to its empty line, which is left out."
    ),
)
VERIFIERS_OWN = {
    "role-may-not": (
        "Personne n'enregistre un tel fait sous ce rôle.",
        "Nobody records such a fact in that role.",
    ),
    "role-not-held": (
        "La personne n'avait pas le rôle sous lequel elle a agi.",
        "The person did not hold the role in which they acted.",
    ),
    "decided-otherwise": (
        "Les règles auraient donné un autre fait, ou l'auraient dit d'autre chose ou d'une autre personne.",
        "The rules would have given another fact, or about something or somebody else.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class ProvenReceipt:
    """The content proved by a receipt: the type of the fact, its stream, day and position."""

    fact: str
    on: str
    stream: str
    position: int


@dataclass(kw_only=True)
class VerificationReport:
    """Result of a verification: the content read, the keys used, the findings, and the parts sealed or unchecked."""

    log: str = ""
    scope: str = ""
    size: int = 0
    root: str = ""
    facts: int = 0
    left_out: int = 0
    decisions: int = 0
    opened: int = 0
    checkpoints: int = 0
    key: str = ""
    key_given: bool = False
    keys: dict[Key, Relied] = field(default_factory=dict)
    unvouched: list[Key] = field(default_factory=list)
    stamps: int = 0
    witness: str = ""
    witnessed: int = 0
    received: ProvenReceipt | None = None
    findings: list[Finding] = field(default_factory=list)
    shut: list[Shut] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """True if there is no finding."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {
            "sound": self.sound,
            "log": self.log,
            "scope": self.scope,
            "size": self.size,
            "root": self.root,
            "facts": self.facts,
            "left_out": self.left_out,
            "decisions": self.decisions,
            "opened": self.opened,
            "checkpoints": self.checkpoints,
            "key": self.key,
            "key_from": "given" if self.key_given else "bag",
            "keys": [
                {
                    "key": str(r.key),
                    "why": r.why,
                    "of": r.of and str(r.of),
                    "until": None if r.until == ENDLESS else r.until,
                }
                for r in self.keys.values()
            ],
            "unvouched": [str(key) for key in self.unvouched],
            "stamps": self.stamps,
            "witness": {"name": self.witness, "signed": self.witnessed} if self.witness else None,
            "received": asdict(self.received) if self.received else None,
            "findings": [_finding(each) for each in self.findings],
            "shut": [
                {"position": s.position, "field": s.field, "class": s.kept, "of": s.of, "why": s.why}
                for s in self.shut
            ],
            "not_checked": [_not_checked(each) for each in self.not_checked],
            "seconds": self.seconds,
        }

    def lines(self, language: str) -> Iterator[str]:
        """Yield the report for people, in lines; no text from a bag can control a terminal or break a line."""
        return (plain(line) for line in self._lines(french=language == "fr"))

    def _lines(self, *, french: bool) -> Iterator[str]:
        yield from self._about(french=french)
        for finding in self.findings:
            colon = " :" if french else ":"
            yield f"  ✗ {finding.kind}{_where(finding, french=french)}{colon} {finding_sentence(finding)[not french]}"
        yield from self._unread(french=french)
        if self.sound:
            yield "Rien n'est faux." if french else "Nothing is wrong."
        else:
            yield f"Anomalies : {len(self.findings)}." if french else f"Things wrong: {len(self.findings)}."

    def _about(self, *, french: bool) -> Iterator[str]:
        if self.log:
            scope = SCOPES[self.scope][not french]
            yield f"Journal {self.log} : {scope}" if french else f"Log {self.log}: {scope}"
            yield (
                f"{self.facts} faits lus, {self.size} signés, {self.checkpoints} points de contrôle"
                if french
                else f"{self.facts} facts read, {self.size} signed, {self.checkpoints} checkpoints"
            )
        if self.left_out:
            yield (
                f"{self.left_out} faits laissés de côté : leurs feuilles tiennent leur place dans l'arbre "
                "(résultats non communiqués ; demandes d'aménagement et NIR, qu'aucun auditeur ne voit)"
                if french
                else f"{self.left_out} facts left out: their leaves hold their place in the tree "
                "(results not released; requests for an accommodation and national numbers, which no auditor sees)"
            )
        if self.log and self.scope != "receipt":
            yield (
                f"{self.opened} valeurs ouvertes, {self.decisions} décisions rejugées"
                if french
                else f"{self.opened} values opened, {self.decisions} decisions judged again"
            )
        if self.key and not self.key_given:
            yield (
                f"Clé de confiance : celle du dossier, faute de --key : {self.key}. Comparez-la à une source sûre."
                if french
                else f"Trusted key: the bag's own, for want of --key: {self.key}. Compare it with a sure source."
            )
        elif self.key:
            yield f"Clé de confiance : {self.key}" if french else f"Trusted key: {self.key}"
        yield from self._whose(french=french)
        if self.scope != "receipt":
            yield (
                f"À lire seulement, non prouvé : {UNPROVED}"
                if french
                else f"For reading only, not proved: {UNPROVED}"
            )
        for part, seconds in self.seconds.items():
            took = f"{seconds:.2f} s"
            yield f"  {PARTS[part][0]} : {took.replace('.', ',')}" if french else f"  {PARTS[part][1]}: {took}"

    def _whose(self, *, french: bool) -> Iterator[str]:
        """Yield a receipt's fact, the trusted keys with the reasons, the other keys, and witnesses and stamps."""
        if self.received:
            fact, on, stream = self.received.fact, self.received.on, self.received.stream
            yield f"  {fact}, {'le' if french else 'on'} {on}, {'objet' if french else 'about'} {stream}"
        for each in self.keys.values():
            if each.of:
                yield f"  {WHY[each.why][not french].format(each.key.id.hex(), each.of.id.hex(), each.until)}"
        for key in self.unvouched:
            yield f"  {UNVOUCHED[not french].format(key)}"
        if self.witness:
            yield f"  {WITNESSED[not french].format(self.witnessed, self.checkpoints, self.witness)}"
        if self.stamps:
            yield f"  {STAMPS[not french].format(self.stamps)}"

    def _unread(self, *, french: bool) -> Iterator[str]:
        """Yield the erased and withheld fields, by reason and class, and the parts not checked."""
        colon = " :" if french else ":"
        shut = Counter((each.why if each.why in SHUT else None, each.kept) for each in self.shut)
        for (why, kept), count in sorted(shut.items(), key=str):
            yield f"  – {count} × {CLASSES[kept][not french]}{colon} {SHUT[why][not french]}"
        for reason, count in Counter(each.why for each in self.not_checked).items():
            places = [each.file or each.position or each.stream for each in self.not_checked if each.why == reason]
            first = ", ".join(str(place) for place in places[:10]) + (" …" if count > len(places[:10]) else "")
            head = "non vérifié" if french else "not checked"
            yield f"  ? {count} × {head}{colon} {NOT_CHECKED[reason][not french]} ({first})"


UNPROVED = "summary.html, dictionary.html, erasures.ndjson, keys/*.vkey, bag-info.txt"
"""The files in a bag that are for people, and are not verified."""
PARTS = {
    "manifests": ("inventaires", "manifests"),
    "proof": ("preuve", "proof"),
    "rules": ("lecture des faits, valeurs, fichiers et règles", "reading of facts, values, files and rules"),
}


def finding_sentence(finding: Finding) -> tuple[str, str]:
    """Return a finding's sentence in French and English, with its rule or detail."""
    french, english = SENTENCES[finding.kind]
    if finding.kind == "unlawful-decision":
        rule = _rule(finding.detail)
        return f"{french} {rule[0]} ({finding.detail})", f"{english} {rule[1]} ({finding.detail})"
    detail = f" ({finding.detail})" if finding.detail else ""
    return french + detail, english + detail


def plain(text: str) -> str:
    """Return the text on one line, with invisible characters (control, direction) written as escapes."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _rule(slug: str) -> tuple[str, str]:
    if slug in VERIFIERS_OWN:
        return VERIFIERS_OWN[slug]
    found = next((each for each in _refusals(Refused) if each.slug() == slug), Refused)
    return found.sentence("fr"), found.sentence("en")


def _refusals(cls: type[Refused]) -> Iterator[type[Refused]]:
    for each in cls.__subclasses__():
        yield each
        yield from _refusals(each)


def _finding(finding: Finding) -> dict[str, Any]:
    french, english = finding_sentence(finding)
    return {
        "kind": finding.kind,
        "position": finding.position,
        "index": finding.index,
        "first": finding.first,
        "last": finding.last,
        "file": finding.file,
        "fr": french,
        "en": english,
    }


def _not_checked(each: NotChecked) -> dict[str, Any]:
    french, english = NOT_CHECKED[each.why]
    return {
        "why": each.why,
        "position": each.position,
        "file": each.file,
        "stream": each.stream,
        "fr": french,
        "en": english,
    }


def _where(finding: Finding, *, french: bool) -> str:
    """Return the place of a finding for a reader."""
    parts = []
    if finding.position is not None:
        parts.append(f"position {finding.position}")
    if finding.index is not None:
        parts.append(f"{'feuille' if french else 'leaf'} {finding.index}")
    elif finding.first is not None:
        parts.append(f"{'feuilles' if french else 'leaves'} {finding.first}–{finding.last}")
    if finding.file:
        parts.append(finding.file)
    return f" [{', '.join(parts)}]" if parts else ""
