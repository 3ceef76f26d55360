"""Tests of e-mail addresses changed by the registrar: confirmation, notice to the old address, uniqueness."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from uuid import uuid4

from adapters.operations.identities import Identity
from adapters.operations.one_time_codes import OneTimeCode
from domain.commands.people.grant_role import GrantRole
from domain.ports import Role
from tests.given.webapi.browsers import PASSWORD, Browser, another
from tests.given.webapi.browsing import browse
from tests.given.webapi.letters import LINK, say
from tests.given.webapi.post_offices import ServerInMemory
from webapi.accounts.invitations import accept, accept_by
from webapi.upkeep.letters import send_waiting

if TYPE_CHECKING:
    from tests.given.webapi.town import World

CHOSEN = "une phrase longue et neuve 42"


def sent(world: World) -> ServerInMemory:
    """Send the waiting letters to a mail server in memory and return it."""
    server = ServerInMemory()
    send_waiting(replace(world.acquis, post=server))
    return server


def change(world: World, email: str, name: str = "nadia") -> tuple[int, str]:
    """Set an address on a person's page as the registrar; return the status and the page."""
    world.catch_up()
    page = f"/people/{world.people[name].id}"
    answer = Browser(world, browse(world, world.rose)).post(f"{page}/address", page, email=email)
    world.catch_up()
    return answer.status_code, unescape(answer.text)


def test_account_address_changes_when_the_new_one_confirms_and_the_old_one_is_notified(world):
    browse(world, world.nadia)
    old = world.acquis.accounts.held(world.nadia.id)["login"]
    assert change(world, "nadia.neuve@example.org")[0] == 303
    server = sent(world)
    assert server.kinds("nadia.neuve@example.org") == ["Confirmez votre adresse"]
    assert server.kinds(old) == ["Votre adresse va changer"]
    assert world.acquis.accounts.held(world.nadia.id)["login"] == old, "not confirmed yet"
    found = LINK.search(server.taken[0].text) or LINK.search(server.taken[1].text)
    assert found
    assert another(world).get(found[1]).status_code == 401, "whoever reads the new address is not its owner yet"
    assert Browser(world, browse(world, world.rose)).get(found[1]).status_code == 403, "nor is who named it"
    assert world.acquis.accounts.held(world.nadia.id)["login"] == old
    someone = Browser(world, browse(world, world.nadia))
    assert someone.get(found[1]).status_code == 200
    assert someone.post(found[1], found[1]).status_code == 303
    assert world.acquis.accounts.held(world.nadia.id)["login"] == "nadia.neuve@example.org"
    assert sent(world).kinds(old) == ["Votre adresse a changé"]
    assert someone.get(found[1]).status_code == 410, "once"


def test_address_of_a_person_without_an_account_changes_at_once_and_receives_the_invitation(world):
    say(world, "delete from desk.letter")
    assert change(world, "nadia.juste@example.org")[0] == 303
    assert sent(world).kinds("nadia@example.org") == ["Votre adresse a changé"]
    page = f"/people/{world.nadia.id}"
    rose = Browser(world, browse(world, world.rose))
    assert "nadia.juste@example.org" in rose.get(page).text
    assert rose.post(f"{page}/invitation", page).status_code == 303
    assert sent(world).kinds("nadia.juste@example.org") == ["Votre accès à Acquis"]


def test_address_of_another_account_is_refused_without_saying_whose_it_is(world):
    browse(world, world.marie)
    taken = world.acquis.accounts.held(world.marie.id)["login"]
    status, page = change(world, taken)
    assert status == 409
    assert "n'ouvre qu'un compte" in page
    assert "Marie Exemple" not in page
    assert not sent(world).taken


def test_registrar_cannot_change_the_address_of_an_administrator_or_a_proposed_one(world):
    assert change(world, "autre@example.org", "ulysse")[0] == 403
    world.acquis.do(GrantRole(person=world.nadia.id, role=Role.ADMIN), world.ulysse.actor)
    assert change(world, "autre@example.org")[0] == 403


def links(server: ServerInMemory, to: str) -> list[str]:
    """Return the links in the letters that the server took for an address."""
    return [found[1] for each in server.taken if each.to == to and (found := LINK.search(each.text))]


def invited(world: World, name: str) -> tuple[Browser, str]:
    """Invite a new person as the registrar; return the registrar's browser and the person's page."""
    say(world, "delete from desk.letter")
    somebody = world.join(name, Role.CANDIDATE)
    world.catch_up()
    rose, page = Browser(world, browse(world, world.rose)), f"/people/{somebody.id}"
    assert rose.post(f"{page}/invitation", page).status_code == 303
    return rose, page


def test_invitation_link_sent_to_a_mistyped_address_is_gone_after_the_correction(world):
    rose, page = invited(world, "zoe")
    (mistyped,) = links(sent(world), "zoe@example.org")
    assert change(world, "zoe.juste@example.org", "zoe")[0] == 303
    stranger = another(world)
    assert stranger.get(mistyped).status_code == 410
    assert "lien expiré" in unescape(rose.get(page).text), "the registrar sees that the person is to be invited again"
    assert world.acquis.accounts.held(world.people["zoe"].id) == {}


def test_invitation_link_made_for_the_old_address_after_the_correction_opens_no_account(world):
    invited(world, "zoe")
    who = world.people["zoe"].id
    assert change(world, "zoe.juste@example.org", "zoe")[0] == 303
    late = world.acquis.one_time_codes.make(OneTimeCode.INVITATION, person=who, about={"email": "zoe@example.org"})
    held = world.acquis.one_time_codes.find(OneTimeCode.INVITATION, late)
    assert held
    assert not accept(world.acquis, late, held, CHOSEN)
    assert not accept_by(world.acquis, late, held, Identity(provider="test", sub="zoe"))
    assert world.acquis.accounts.held(who) == {}


def test_queued_invitation_is_sent_to_the_corrected_address(world):
    invited(world, "yan")
    assert change(world, "yan.juste@example.org", "yan")[0] == 303
    server = sent(world)
    assert server.kinds("yan@example.org") == ["Votre adresse a changé"]
    assert server.kinds("yan.juste@example.org") == ["Votre accès à Acquis"]
    (link,) = links(server, "yan.juste@example.org")
    someone = another(world)
    assert someone.post(link, link, new=CHOSEN, twice=CHOSEN).status_code == 303
    assert world.acquis.accounts.held(world.people["yan"].id)["login"] == "yan.juste@example.org"


def asked_to_confirm(world: World) -> tuple[str, str]:
    """Set a new address for Nadia as the registrar; return it and the confirmation link sent there."""
    browse(world, world.nadia)
    email = f"nadia.{uuid4()}@example.org"
    assert change(world, email)[0] == 303
    (link,) = links(sent(world), email)
    return email, link


def test_reset_link_sent_to_the_old_address_is_gone_after_the_change_of_address(world):
    browse(world, world.nadia)
    say(world, "delete from desk.letter")
    old = world.acquis.accounts.held(world.nadia.id)["login"]
    stranger = another(world)
    stranger.post("/password-reset", "/password-reset", email=old)
    (reset,) = links(sent(world), old)
    email, link = asked_to_confirm(world)
    assert Browser(world, browse(world, world.nadia)).post(link, link).status_code == 303
    assert stranger.get(reset).status_code == 410
    assert world.acquis.accounts.check(email, CHOSEN) is None


def test_change_of_address_ends_the_other_sessions_and_the_page_says_so(world):
    _, link = asked_to_confirm(world)
    elsewhere, here = (Browser(world, browse(world, world.nadia)) for _ in range(2))
    moved = here.post(link, link)
    assert moved.status_code == 303
    assert elsewhere.get("/account").status_code == 401
    page = unescape(here.get(moved.location).text)
    assert "Vos autres connexions sont fermées." in page
    assert "Adresse changée" in page, "in what happened on this account"


def test_owner_and_registrar_see_what_to_do_when_the_new_address_was_taken_meanwhile(world):
    email, link = asked_to_confirm(world)
    login = world.acquis.accounts.held(world.nadia.id)["login"]
    world.acquis.accounts.add(world.marie.id, email, PASSWORD)
    answer = Browser(world, browse(world, world.nadia)).post(link, link)
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert f"vous vous connectez toujours avec {login}" in page
    assert "Demandez au gestionnaire du certificateur d'enregistrer une autre adresse." in page
    assert "Marie Exemple" not in page
    rose = unescape(Browser(world, browse(world, world.rose)).get(f"/people/{world.nadia.id}").text)
    assert "La nouvelle adresse ouvre déjà un autre compte" in rose


def test_confirmation_link_of_another_account_offers_to_sign_out_and_leads_back(world):
    _, link = asked_to_confirm(world)
    marie = Browser(world, browse(world, world.marie))
    answer = marie.get(link)
    assert answer.status_code == 403
    assert "Changer de compte" in answer.text
    signed_out = marie.post("/sign-out", link, next=link)
    assert signed_out.location == f"/sign-in?next={link}"
    assert f'name="next" value="{link}"' in marie.get(signed_out.location).text
