"""Warnings about the installation's exposure to the internet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.oidc.providers import read_providers
from adapters.settings import PREFIX, Settings
from webapi.cli.terminal.output import said

SECRETS = ("SECRET_KEY", "MASTER_KEY")


def exposed(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield warnings in the reader's language; none of them stops the start."""
    for name, provider in read_providers(settings.oidc_providers).items():
        if provider.second_factor and not provider.acr:
            yield said(
                f"ACQUIS_OIDC_PROVIDERS : [{name}] compte pour une double authentification (second_factor) sans dire "
                "lesquels de ses acr le sont : rien ne le prouve.",
                f"ACQUIS_OIDC_PROVIDERS: [{name}] counts as a second factor (second_factor), and no acr of it is "
                "named that is one: nothing proves it.",
            )
    if not settings.production:
        return
    yield from _names(settings)
    if not settings.proxies:
        yield said(
            "ACQUIS_PROXIES vaut 0 : derrière un proxy, tous les visiteurs ont son adresse, freinés ensemble.",
            "ACQUIS_PROXIES is 0: behind a proxy all visitors have its address, and are slowed down together.",
        )
    for name in SECRETS:
        if environment.get(PREFIX + name):
            yield said(
                f"{PREFIX}{name} est donnée dans l'environnement, que d'autres programmes lisent : donnez-la en "
                f"fichier, {PREFIX}{name}_FILE.",
                f"{PREFIX}{name} is given in the environment, which other programs read: give it as a file, "
                f"{PREFIX}{name}_FILE.",
            )
    if settings.security_contact is None:
        yield said(
            "ACQUIS_SECURITY_CONTACT n'est pas définie : qui trouve une faille ne sait à qui le dire.",
            "ACQUIS_SECURITY_CONTACT is unset: whoever finds a weakness does not know whom to tell.",
        )


def _names(settings: Settings) -> Iterator[str]:
    if not (settings.public_url or settings.hosts):
        yield said(
            "Ni ACQUIS_PUBLIC_URL ni ACQUIS_HOSTS : on répond à n'importe quel nom.",
            "Neither ACQUIS_PUBLIC_URL nor ACQUIS_HOSTS: any name is answered to.",
        )
    if settings.public_url is None:
        yield said(
            "ACQUIS_PUBLIC_URL n'est pas définie : les courriels n'ont pas d'adresse où mener.",
            "ACQUIS_PUBLIC_URL is unset: letters have no address to lead to.",
        )
    for name in ("public_url", "files_url"):
        if (getattr(settings, name) or "https:").startswith("http:"):
            variable = PREFIX + name.upper()
            yield said(
                f"{variable} n'est pas en https : aucun navigateur n'y gardera de session.",
                f"{variable} is not https: no browser keeps a session there.",
            )
