"""A workbook may say where its figures come from; it fetches none of them as it is opened."""

from __future__ import annotations

import io

import pytest

from adapters.files.inspection.found import XLSX
from adapters.files.inspection.kinds import check
from adapters.files.inspection.refusals import ActiveContent
from domain.refusal import Refused
from tests import specimens as made

SHEET = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CONNECTION = "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml"
X15 = b"http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"

POWER_QUERY = (
    b'<connection id="1" keepAlive="1" name="Query - Notes" description="Connection to the query in the workbook."'
    b' type="5" refreshedVersion="6" background="1" saveData="1"%s>'
    b'<dbPr connection="Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=Notes;'
    b'Extended Properties=&quot;&quot;" command="SELECT * FROM [Notes]"/></connection>'
)
TEXT = (
    b'<connection id="2" name="notes" type="6" refreshedVersion="6" background="1" saveData="1"%s>'
    b'<textPr codePage="65001" sourceFile="C:\\Users\\a\\notes.csv" semicolon="1"><textFields count="1"><textField/>'
    b"</textFields></textPr></connection>"
)
PAGE = (
    b'<connection id="3" name="Connexion" type="4" refreshedVersion="6" background="1" saveData="1"%s>'
    b'<webPr sourceData="1" parsePre="1" consecutive="1" url="https://example.org/notes.html"/></connection>'
)
MODEL = (
    b'<connection id="4" keepAlive="1" name="ThisWorkbookDataModel" description="Data Model" type="5"'
    b' refreshedVersion="6" minRefreshableVersion="5" background="1"%s>'
    b'<dbPr connection="Data Model Connection" command="Model" commandType="1"/><olapPr sendLocale="1"/>'
    b'<extLst><ext uri="{DE250136-89BD-433C-8126-D09CA5730AF9}" xmlns:x15="' + X15 + b'"><x15:connection id=""'
    b' model="1"/></ext></extLst></connection>'
)
OTHER_DATABASE = (
    b'<connection id="5" odcFile="C:\\notes.odc" name="notes" type="1" refreshedVersion="6"%s>'
    b'<dbPr connection="DSN=notes;UID=a" command="SELECT * FROM notes"/></connection>'
)
KINDS = {"Power Query": POWER_QUERY, "text": TEXT, "page": PAGE, "data model": MODEL, "ODBC": OTHER_DATABASE}


def found(*parts: tuple[str, bytes]) -> str | type[Refused]:
    types = f'<Override PartName="/xl/connections.xml" ContentType="{CONNECTION}"/>'
    try:
        return check(io.BytesIO(made.office(*parts, family="xl", types=types))).media_type
    except Refused as refusal:
        return type(refusal)


def connected(*connections: bytes) -> str | type[Refused]:
    listed = b'<connections xmlns="' + SHEET + b'">' + b"".join(connections) + b"</connections>"
    return found(("xl/connections.xml", listed))


def a_table(more: bytes) -> str | type[Refused]:
    """Where the figures of a query stand in the workbook."""
    table = (
        b'<queryTable xmlns="%s" name="ExternalData_1" connectionId="1" autoFormatId="16"%s>'
        b'<queryTableRefresh nextId="2"><queryTableFields count="1"><queryTableField id="1" name="a"/>'
        b"</queryTableFields></queryTableRefresh></queryTable>"
    )
    return found(("xl/queryTables/queryTable1.xml", table % (SHEET, more)))


def a_pivot(source: bytes, more: bytes) -> str | type[Refused]:
    pivot = b'<pivotCacheDefinition xmlns="%s" recordCount="2"%s>%s<cacheFields count="0"/></pivotCacheDefinition>'
    return found(("xl/pivotCache/pivotCacheDefinition1.xml", pivot % (SHEET, more, source)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_connection_that_fetches_when_somebody_asks_it_to_is_no_action(kind: str) -> None:
    assert connected(KINDS[kind] % b"") == XLSX
    assert connected(KINDS[kind] % b' refreshOnLoad="0" interval="0"') == XLSX
    assert connected(KINDS[kind] % b' refreshOnLoad="false"') == XLSX


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "by_itself",
    [
        b' refreshOnLoad="1"',
        b' refreshOnLoad="true"',
        b' refreshOnLoad=" 1 "',
        b' interval="5"',
        b' xmlns:z="urn:z" z:refreshOnLoad="0" refreshOnLoad="1"',
    ],
    ids=str,
)
def test_a_connection_that_fetches_as_the_workbook_is_opened_or_by_the_clock_is_active(
    kind: str, by_itself: bytes
) -> None:
    assert connected(POWER_QUERY % b"", KINDS[kind] % by_itself) is ActiveContent


def test_a_table_of_a_query_fetches_nothing_as_the_workbook_is_opened() -> None:
    assert a_table(b"") == XLSX
    assert a_table(b' refreshOnLoad="0"') == XLSX
    assert a_table(b' refreshOnLoad="1"') is ActiveContent


def test_a_pivot_is_made_anew_as_it_is_opened_from_the_workbook_itself_only() -> None:
    own = b'<cacheSource type="worksheet"><worksheetSource ref="A1:B9" sheet="Notes"/></cacheSource>'
    from_elsewhere = b'<cacheSource type="external" connectionId="1"/>'
    assert a_pivot(own, b' refreshOnLoad="1"') == XLSX
    assert a_pivot(from_elsewhere, b"") == XLSX
    assert a_pivot(from_elsewhere, b' refreshOnLoad="1"') is ActiveContent
