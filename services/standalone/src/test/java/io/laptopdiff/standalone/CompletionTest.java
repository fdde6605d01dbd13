package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks bash what it offers where somebody presses the tabulator key. */
class CompletionTest extends TypedCommands {

    /**
     * As readline does: the function that is registered for the command fills COMPREPLY. Bash has
     * compopt only while a key is pressed.
     */
    private static final String PRESS_TAB =
            """
            set -e
            compopt() { :; }
            source "$1"; shift
            function=$(complete -p laptop-diff | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
            "$function" laptop-diff "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" || true
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @TempDir private Path directory;
    private Path script;

    @BeforeEach
    void write() throws IOException {
        assertThat(run("completion")).isZero();
        script = Files.writeString(directory.resolve("completion.sh"), out.toString());
    }

    private List<String> offered(String typed) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("bash", "--noprofile", "--norc", "-c", PRESS_TAB, "bash"));
        command.add(script.toString());
        command.addAll(List.of(typed.split(" ", -1)));
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        return said.lines().map(String::strip).filter(word -> !word.isEmpty()).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "laptop-diff com|compress compare completion",
                "laptop-diff wa|watch",
                "laptop-diff watch --out|--output",
                "laptop-diff watch --output |text json",
                "laptop-diff watch --output js|json",
                "laptop-diff compress --ho|",
                "laptop-diff compress --held|--held-out",
                "laptop-diff estimate --outp|--output",
                "laptop-diff runs --st|--state",
                "laptop-diff fabricate --dtype bf|bfloat16"
            })
    void shouldOfferWhatBeginsSo(String typed, String offered) throws Exception {
        List<String> expected = offered == null ? List.of() : List.of(offered.split(" "));
        assertThat(offered(typed)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void shouldOfferEveryCommand() throws Exception {
        assertThat(offered("laptop-diff "))
                .containsAll(Main.commandLine().getSubcommands().keySet());
    }
}
