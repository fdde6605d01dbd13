package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.RUNS;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages of other sites have browsers ask for. A run that is not there is asked for: 404. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class CrossSiteRequestsTest {
    private static final String CANCEL = RUNS + "/nobody/cancel";

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POST   | /nobody/cancel
                    POST   | /nobody/variants/half/retry
                    DELETE | /nobody
                    POST   | ''
                    """)
    void shouldChangeNothingForAPageOfAnotherSite(String method, String path) {
        given().header("Sec-Fetch-Site", "cross-site")
                .header("Origin", "https://elsewhere.example")
                .request(method, RUNS + path)
                .then()
                .statusCode(403)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:laptopdiff:problem:cross-site"))
                .body("detail", containsString("'https://elsewhere.example'"));
    }

    @ParameterizedTest
    @CsvSource({"cross-site, 403", "same-site, 403", "same-origin, 404", "none, 404"})
    void shouldBelieveWhatTheBrowserSaysOfTheSite(String site, int status) {
        given().header("Sec-Fetch-Site", site).post(CANCEL).then().statusCode(status);
    }

    @ParameterizedTest(name = "{0} at {1}")
    @CsvSource({
        "http://localhost:8080, localhost:8080, 404",
        "http://LocalHost:8080, localhost:8080, 404",
        "http://gateway.example, gateway.example, 404",
        "https://gateway.example, gateway.example:443, 404",
        "http://[::1]:8080, [::1]:8080, 404",
        "http://localhost:3000, localhost:8080, 403",
        "http://localhost.example:8080, localhost:8080, 403",
        "http://localhost, localhost:8080, 403",
        "null, localhost:8080, 403",
        "garbage in it, localhost:8080, 403"
    })
    void shouldCompareTheOriginOfOlderBrowsers(String origin, String host, int status) {
        given().header("Origin", origin)
                .header("Host", host)
                .post(CANCEL)
                .then()
                .statusCode(status);
    }

    @Test
    void shouldNotBelieveWhoSaysToForwardIt() {
        given().header("Origin", "https://elsewhere.example")
                .header("X-Forwarded-Host", "elsewhere.example")
                .post(CANCEL)
                .then()
                .statusCode(403);
    }

    @Test
    void shouldAnswerClientsThatAreNoBrowsers() {
        given().post(CANCEL).then().statusCode(404);
    }

    @Test
    void shouldShowPagesOfOtherSitesWhatTheirBrowsersLetThemSee() {
        given().header("Sec-Fetch-Site", "cross-site").get(RUNS).then().statusCode(200);
    }
}
