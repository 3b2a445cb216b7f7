"""The registry over HTTP: a real server, its rules, its misbehaviour, and the client that lives with it."""

import socket
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace

import httpx
import pytest
import uvicorn

from models.citizen import Citizen
from models.errors import RegistryUnreachable, UsageError
from models.match import MatchQuery
from models.outcome import Verdict
from models.settings import Settings
from pipeline.plausible import plausible_claims, plausible_numbers
from registry.ask import MOST_LOOKUPS, decide_person, open_population
from registry.breaker import Breaker
from registry.embedded import EmbeddedPopulation
from registry.journal import Journal
from registry.load import COLUMNS, load
from registry.misbehaviour import Misbehaviour
from registry.purpose import Purpose, sealed
from registry.remote import ATTEMPTS, RemotePopulation
from registry.service import RateLimit, Rules, create_service

OFFICER = "001090000001"
MAU = Citizen(
    "001190000123",
    "NGUYỄN THỊ MẪU",
    "1990-05-07",
    "female",
    "123456789",
    origin="Xã Xưa, Tỉnh Cũ",
    residence="Xã Nay, Tỉnh Mới",
)
THU = Citizen("079085000456", "TRẦN VĂN THỬ", "1985", "male")
BEHAVED = Rules()
ASKED = Purpose("1.001193", "H40.12", OFFICER)
CLAIM = {"id_number": MAU.id_number, "full_name": "NGUYEN THI MAU", "birth_date": "1990-05-07"}


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service")
    rows = [",".join(COLUMNS), *(",".join(f'"{getattr(c, column)}"' for column in COLUMNS) for c in (MAU, THU))]
    (folder / "citizens.csv").write_text("\n".join(rows), encoding="utf-8")
    load(folder / "citizens.csv", folder / "registry.db")
    return folder / "registry.db"


@pytest.fixture
def serve(registry, tmp_path):
    """Starts services over the registry; each in a thread of its own, stopped and joined at the end."""
    running = []

    def start(rules=BEHAVED):
        population, journal = EmbeddedPopulation(registry), Journal(tmp_path / f"calls{len(running)}.db", [OFFICER])
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_service(population, journal, rules), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread, journal, population, listening))
        while not server.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{listening.getsockname()[1]}", journal

    yield start
    for server, thread, journal, population, listening in running:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
        journal.close()
        population.close()


@contextmanager
def client(address, **given):
    with closing(RemotePopulation(address, ASKED, wait=lambda _seconds: None, **given)) as population:
        yield population


def post(address, service, body):
    return httpx.post(f"{address}/v1/{service}", json=body)


def test_lookup_answers_a_record_or_nothing_and_never_says_what_differs(serve):
    address, journal = serve()
    answers = [
        post(address, "lookup", {"envelope": sealed(ASKED), **CLAIM, **change}).json()["citizen"]
        for change in (
            {},
            {"birth_date": "1990"},
            {"full_name": "NGUYEN THI MA"},
            {"birth_date": "1990-05-08"},
            {"id_number": "123456789"},
        )
    ]
    assert [answer and answer["id_number"] for answer in answers] == [
        MAU.id_number,
        MAU.id_number,
        None,
        None,
        MAU.id_number,
    ]
    verified = [
        post(address, "verify", {"envelope": sealed(ASKED), **CLAIM, "full_name": name}).json()["verified"]
        for name in ("NGUYỄN THỊ MẪU", "X")
    ]
    assert verified == [True, False]
    assert [call.outcome for call in journal.calls()] == [
        "record",
        "record",
        "empty",
        "empty",
        "record",
        "true",
        "false",
    ]
    assert {(c.officer, c.unit, c.procedure, c.purpose) for c in journal.calls()} == {
        (OFFICER, "H40.12", "1.001193", ASKED.purpose)
    }
    assert not any("MAU" in str(call) or MAU.id_number in str(call) for call in journal.calls())


def test_calls_that_break_the_rules_are_refused(serve):
    address, journal = serve(Rules(searchable=False))
    once = {"envelope": sealed(ASKED), **CLAIM}
    stranger = {"envelope": sealed(replace(ASKED, officer="x")), **CLAIM}
    broken = {"envelope": sealed(ASKED) | {"purpose": ""}, **CLAIM}
    found = [post(address, "lookup", body) for body in (once, once, stranger, broken, {}, [1])]
    assert [answer.status_code for answer in found] == [200, 409, 403, 400, 400, 400]
    assert found[1].json() == {"error": "DUPLICATE_REQUEST_ID"}
    assert MAU.id_number not in found[3].text
    unreadable = httpx.post(f"{address}/v1/verify", content=b"\x19k\xff", headers={"Content-Type": "application/json"})
    assert (unreadable.status_code, unreadable.json()) == (400, {"error": "BAD_REQUEST"})
    assert post(address, "candidates", {"envelope": sealed(ASKED), "full_name": "X"}).status_code == 404
    assert [call.outcome for call in journal.calls()] == [
        "record",
        "DUPLICATE_REQUEST_ID",
        "OFFICER_NOT_REGISTERED",
        "NOT_OFFERED",
    ]
    assert journal.calls()[2].officer == "x"


def test_the_rate_limit_fills_up_again():
    limit = RateLimit(2)
    assert [limit.allows("a", now=0.0) for _ in range(3)] == [True, True, False]
    assert limit.allows("b", now=0.0)
    assert [limit.allows("a", now=0.5) for _ in range(2)] == [True, False]


def test_the_client_asks_like_the_embedded_registry(serve, registry):
    address, _ = serve()
    questions = [
        MatchQuery("q", "Nguyễn Thị Mẫu", "1990-05-07", id_number="001190000723"),
        MatchQuery("q", "TRẦN VĂN THỬ", "1985-01-02", id_number=THU.id_number),
        MatchQuery("q", "LÊ LẠ", "1970-01-01"),
        MatchQuery("q", "x" * 200, id_number="1" * 50),
    ]
    with client(address) as remote, EmbeddedPopulation(registry) as embedded:
        assert [decide_person(q, remote) for q in questions] == [decide_person(q, embedded) for q in questions]
        assert remote.by_id_number(MAU.id_number) == (MAU,)
        assert remote.lookup(*CLAIM.values()) == embedded.lookup(*CLAIM.values()) == MAU


def test_with_lookup_alone_a_misread_number_is_found_in_few_calls(serve):
    address, journal = serve(Rules(searchable=False))
    misread = MatchQuery("q", "NGUYỄN THỊ MẪU", "1990-05-07", "female", "007190000123")
    with client(address) as remote:
        decision = decide_person(misread, remote)
        nobody = decide_person(replace(misread, full_name="LÊ LẠ"), remote)
        unasked = decide_person(replace(misread, id_number=None), remote)
        assert remote.by_id_number(MAU.id_number) == (MAU,)
    assert (decision.verdict, decision.citizen) == (Verdict.MATCHED, MAU.id_number)
    assert decision.evidence[-1].agreement == "lookup_only"
    assert nobody.verdict == Verdict.UNMATCHED
    assert unasked.verdict == Verdict.REVIEW
    assert len(journal.calls()) <= 2 * MOST_LOOKUPS


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"birth_date": "1990-07-05"}, Verdict.MATCHED),
        ({"birth_date": "1990-05-01"}, Verdict.MATCHED),
        ({"birth_date": "1990-11-28"}, Verdict.REVIEW),
        ({"birth_date": "1991-05-07"}, Verdict.UNMATCHED),
        ({"full_name": "NGUYỄN THỊ HẬU"}, Verdict.UNMATCHED),
    ],
)
def test_with_lookup_alone_a_misread_day_is_found_by_the_year(serve, changed, verdict):
    address, _ = serve(Rules(searchable=False))
    asked = MatchQuery("q", **(CLAIM | {"full_name": MAU.full_name} | changed))
    with client(address) as remote:
        assert decide_person(asked, remote).verdict == verdict


def test_claims_try_the_year_and_the_other_form_of_the_family_name_first():
    query = MatchQuery("q", "VÕ THỊ MẪU", "1990-05-07", "female", "001190000123")
    claims = plausible_claims(query, most=12)
    assert len(set(claims)) == len(claims) == 12
    assert claims[:3] == (
        ("001190000123", "VÕ THỊ MẪU", "1990-05-07"),
        ("001190000123", "VÕ THỊ MẪU", "1990"),
        ("001190000123", "VŨ THỊ MẪU", "1990-05-07"),
    )
    assert plausible_claims(replace(query, birth_date="1990"), most=2)[1][1] == "VŨ THỊ MẪU"
    assert plausible_claims(replace(query, id_number="12"), most=12) == ()
    assert plausible_claims(replace(query, full_name=None), most=12) == ()


def test_plausible_numbers_fit_the_paper_and_stay_few():
    misread = MatchQuery("q", birth_date="1990-05-07", sex="female", id_number="001790000123")
    numbers = plausible_numbers(misread, most=5)
    assert numbers[:2] == ("001790000123", "001190000123")
    assert len(plausible_numbers(MatchQuery("q", id_number="00119000123"), most=12)) == 12
    doubled = replace(misread, id_number="0011190000123")
    assert plausible_numbers(doubled, most=4)[0] == "001190000123"
    swapped = replace(misread, id_number="001910000123")
    assert plausible_numbers(swapped, most=3)[1] == "001190000123"
    assert plausible_numbers(MatchQuery("q", id_number="12"), most=12) == ()


@pytest.mark.parametrize("fault", ["error_share", "half_share"])
def test_a_service_in_trouble_is_unreachable_after_the_last_attempt(serve, fault):
    address, _ = serve(Rules(misbehaviour=Misbehaviour(**{fault: 1.0})))
    waited = []
    with closing(RemotePopulation(address, ASKED, wait=waited.append)) as remote, pytest.raises(RegistryUnreachable):
        remote.lookup(*CLAIM.values())
    assert len(waited) == ATTEMPTS - 1


def test_a_refusal_is_not_repeated(serve):
    address, journal = serve()
    with client(address) as remote, pytest.raises(RegistryUnreachable, match="OFFICER_NOT_REGISTERED"):
        remote.for_purpose(replace(ASKED, officer="x")).lookup(*CLAIM.values())
    assert [call.outcome for call in journal.calls()] == ["OFFICER_NOT_REGISTERED"]


def test_the_service_learns_for_which_dossier_it_is_asked(serve):
    address, journal = serve()
    with client(address) as remote:
        for procedure, unit in (("2.000635", "H41.03"), (None, None), ("", "một nơi nào đó")):
            remote.for_dossier(procedure=procedure, unit=unit).lookup(*CLAIM.values())
    assert [(call.procedure, call.unit, call.officer) for call in journal.calls()] == [
        ("2.000635", "H41.03", OFFICER),
        (ASKED.procedure, ASKED.unit, OFFICER),
        (ASKED.procedure, ASKED.unit, OFFICER),
    ]


def test_stale_records_and_years_only():
    odd = Misbehaviour(stale_share=1.0, year_only_share=1.0).distorted(MAU)
    assert (odd.residence, odd.birth_date) == (MAU.origin, "1990")


class Recovering(httpx.BaseTransport):
    """Fails the first `failures` calls as a dead host does, then answers."""

    def __init__(self, failures):
        self.failures, self.calls = failures, 0

    def handle_request(self, request):
        self.calls += 1
        if self.calls <= self.failures:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200, json={"citizen": None})


def test_a_short_failure_is_outlived_and_a_long_one_costs_no_waiting():
    short = Recovering(ATTEMPTS - 1)
    with client("http://registry.invalid", transport=short) as remote:
        assert remote.lookup(*CLAIM.values()) is None
    now = [0.0]
    dead = Recovering(ATTEMPTS + 2)
    with client("http://registry.invalid", transport=dead, breaker=Breaker(clock=lambda: now[0])) as remote:
        for _ in range(4):
            with pytest.raises(RegistryUnreachable):
                remote.lookup(*CLAIM.values())
        assert dead.calls == 5
        now[0] = 31.0
        assert remote.lookup(*CLAIM.values()) is None
        assert dead.calls == 6


def test_the_settings_name_the_service_and_the_officer(serve, tmp_path):
    address, journal = serve()
    named = address.replace("http://", f"http://{OFFICER}@") + "?unit=H25.26"
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path), "SOHOA_REGISTRY": named})
    with closing(open_population(settings)) as population:
        assert population.lookup(*CLAIM.values()) == MAU
    assert [(call.officer, call.unit) for call in journal.calls()] == [(OFFICER, "H25.26")]
    with pytest.raises(UsageError, match="OFFICER"):
        open_population(replace(settings, registry=address))
    with pytest.raises(RegistryUnreachable):
        open_population(replace(settings, registry=str(tmp_path / "none.db")))
