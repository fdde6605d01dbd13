package io.laptopdiff.gateway;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before any resource could refuse it. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RefusalsTest {
    private static final String RUNS = "/api/v1/runs";
    private static final int LIMIT = 1 << 20;
    private static final byte[] NOTHING = {};

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @TestHTTPResource("/")
    URI server;

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET    | /nowhere            | */*       | 404 | nothing is at '/nowhere'
                    GET    | /api                | text/html | 404 | nothing is at '/api'
                    GET    | /api/v1/nothing     | text/html | 404 | /q/openapi
                    GET    | /q/nothing          | */*       | 404 | nothing is at '/q/nothing'
                    POST   | /                   | text/html | 404 | nothing is at '/'
                    PUT    | /api/v1/runs        | */*       | 405 | PUT is not for '/api/v1/runs'
                    DELETE | /api/v1/events      | */*       | 405 | DELETE is not for
                    TRACE  | /api/v1/runs        | */*       | 405 | TRACE is not for
                    BREW   | /api/v1/runs/a      | */*       | 405 | BREW is not for
                    GET    | /api/v1/runs        | text/xml  | 406 | 'text/xml'
                    GET    | /api/v1/runs        | garbage   | 406 | 'garbage'
                    GET    | /nowhere            | garbage   | 404 | nothing is at
                    """)
    void shouldSayWhatIsNotThere(
            String method, String path, String accept, int status, String detail) {
        given().accept(accept)
                .request(method, path)
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("status", equalTo(status))
                .body("detail", containsString(detail));
    }

    @Test
    void shouldShowAPageToWhoTypedAWrongAddress() {
        given().accept("text/html,application/xhtml+xml,*/*;q=0.8")
                .get("/runs/<script>")
                .then()
                .statusCode(404)
                .contentType("text/html")
                .body(containsString("Nothing here"))
                .body(containsString("href=\"/\""));
        get("/").then().statusCode(200).body(containsString("<ld-app>"));
    }

    @ParameterizedTest
    @CsvSource({"text/plain, 415", "garbage, 415", "application/xml, 415"})
    void shouldTakeNothingButJson(String type, int status) throws IOException {
        RawHttp.Answer answer =
                RawHttp.send(
                        server,
                        """
                        POST /api/v1/runs HTTP/1.1
                        Host: localhost
                        Content-Type: TYPE
                        Content-Length: 1
                        """
                                .replace("TYPE", type),
                        new byte[] {'x'});
        problem(answer, status, "Content-Type is '" + type + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/runs/%zz",
                "/api/v1/runs/%",
                "/api/v1/runs/a%4",
                "/api/v1/runs?limit=%zz",
                "/api/v1/runs?%=1",
                "/api/v1/compare?variant=a%2Fb&variant=%g0",
                "/nowhere/%zz",
                "/%",
                "/api/v1/runs?teacher=\"",
                "/api/v1/runs/{id}"
            })
    void shouldRefuseWhatCannotBeDecoded(String path) throws IOException {
        RawHttp.Answer answer = ask("GET " + path + " HTTP/1.1\nHost: localhost");
        problem(answer, 400, "hexadecimal");
        assertThat(answer.json().get("detail").textValue()).contains("'" + path + "'");
    }

    @Test
    void shouldRefuseARequestWithoutHost() throws IOException {
        problem(ask("GET " + RUNS + " HTTP/1.1\nAccept: */*"), 400, "'Host' header");
    }

    @Test
    void shouldRefuseALongUri() throws IOException {
        String path = RUNS + "?teacher=" + "a".repeat(8000);
        problem(ask("GET " + path + " HTTP/1.1\nHost: localhost"), 414, "at most 8000");
        get(RUNS + "?teacher=" + "a".repeat(7900)).then().statusCode(200);
    }

    @Test
    void shouldRefuseLongHeaders() throws IOException {
        String header = "X-Long: " + "a".repeat(21_000);
        problem(ask("GET " + RUNS + " HTTP/1.1\nHost: localhost\n" + header), 431, "at most 20480");
        given().header("X-Long", "a".repeat(19_000)).get(RUNS).then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT + 1, 11 << 20})
    void shouldSayHowLongARequestMayBe(int length) {
        given().contentType(ContentType.JSON)
                .body(" ".repeat(length))
                .post(RUNS)
                .then()
                .statusCode(413)
                .contentType("application/problem+json")
                .body("detail", containsString("more than 1048576 bytes"));
    }

    @Test
    void shouldSayItToWhoDoesNotSayTheLengthToo() throws IOException {
        byte[] part = (" ".repeat(1 << 16)).getBytes(StandardCharsets.US_ASCII);
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 17; i++) {
            body.append("10000\r\n")
                    .append(new String(part, StandardCharsets.US_ASCII))
                    .append("\r\n");
        }
        RawHttp.Answer answer =
                RawHttp.send(
                        server,
                        """
                        POST /api/v1/runs HTTP/1.1
                        Host: localhost
                        Content-Type: application/json
                        Transfer-Encoding: chunked
                        """,
                        (body + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        problem(answer, 413, "more than 1048576 bytes");
    }

    @Test
    void shouldRefuseALongBodyWhereNoneIsExpected() {
        given().body("x".repeat(LIMIT + 1)).delete(RUNS + "/nobody").then().statusCode(413);
    }

    @Test
    void shouldReadABodyThatIsAsLongAsItMayBe() {
        given().contentType(ContentType.JSON)
                .body("{}" + " ".repeat(LIMIT - 2))
                .post(RUNS + "?dryRun=true")
                .then()
                .statusCode(200)
                .body("valid", equalTo(false));
    }

    private RawHttp.Answer ask(String head) throws IOException {
        return RawHttp.send(server, head, NOTHING);
    }

    private static void problem(RawHttp.Answer answer, int status, String detail) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.headers()).contains("content-type: application/problem+json");
        assertThat(answer.json().get("status").intValue()).isEqualTo(status);
        assertThat(answer.json().get("detail").textValue()).contains(detail);
    }
}
