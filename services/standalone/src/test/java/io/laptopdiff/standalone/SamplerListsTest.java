package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.run.SamplerName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whoever lists the samplers lists those that a request can name. */
class SamplerListsTest extends TypedCommands {

    private static final Path FORM =
            Path.of("../gateway/src/main/resources/web/app/pages/run-form.js");
    private static final Path GUIDE = Path.of("../../docs/guides/method-options.md");
    private static final Pattern OPTIONS =
            Pattern.compile("name: 'scheduler'.*options: \\['', '([^\\]]*)'\\]");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `scheduler` \\|(.*)\\|$");

    @Test
    void shouldBeChosenFromInTheForm() throws IOException {
        Matcher options = OPTIONS.matcher(Files.readString(FORM));
        assertThat(options.find()).isTrue();
        assertThat(List.of(options.group(1).split("', '")))
                .containsExactlyElementsOf(SamplerName.texts());
    }

    @Test
    void shouldBeInTheGuide() throws IOException {
        Matcher row = ROW.matcher(Files.readString(GUIDE));
        assertThat(row.find()).isTrue();
        assertThat(Pattern.compile("`([^`]+)`").matcher(row.group(1)).results())
                .extracting(name -> name.group(1))
                .containsExactlyElementsOf(SamplerName.texts());
    }

    @Test
    void shouldBeInTheHelp() {
        assertThat(run("compress", "--help")).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains(String.join(", ", SamplerName.texts()));
    }
}
