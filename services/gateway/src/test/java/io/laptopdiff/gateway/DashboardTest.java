package io.laptopdiff.gateway;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class DashboardTest {

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @Test
    void shouldServeThePageWithItsScriptsAndStyles() {
        String page = get("/").then().statusCode(200).contentType("text/html").extract().asString();
        assertThat(page).contains("<ld-app>", "lang=\"en\"");
        String script = found(page, "src=\"([^\"]+\\.js)\"");
        String code =
                get(script)
                        .then()
                        .statusCode(200)
                        .contentType(containsString("javascript"))
                        .extract()
                        .asString();
        assertThat(code).contains("ld-runs", "ld-new-run", "ld-variant", "ld-compare");
        String style = found(page, "href=\"([^\"]+\\.css)\"");
        get(style).then().statusCode(200).contentType("text/css").body(containsString("--accent"));
        get("/icon.svg").then().statusCode(200);
        assertThat(page).as("nothing comes from elsewhere").doesNotContain("https://");
    }

    @Test
    void shouldHaveThePageAskedForAgainAndItsScriptsNamedByWhatTheyHold() {
        ExtractableResponse<Response> page = get("/").then().statusCode(200).extract();
        assertThat(page.header("Cache-Control"))
                .as("a new version must be seen at once")
                .isEqualTo("no-cache");
        assertThat(found(page.asString(), "src=\"([^\"]+\\.js)\"")).matches(".*-[0-9A-Z]{8}\\.js");
    }

    @Test
    void shouldAnswerWithProblemsWhereNoPageIs() {
        get("/api/v1/nothing")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("status", equalTo(404));
        get("/api/v1/runs/nobody-asked")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    private static String found(String page, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as(pattern + " in " + page).isTrue();
        return matcher.group(1);
    }
}
