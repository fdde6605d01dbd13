package io.laptopdiff.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.standalone.follow.ComparisonTable;
import io.laptopdiff.standalone.follow.GatewayClient;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can be done with one run or a few, each in one question. */
final class RunCommands {

    private RunCommands() {}

    private abstract static class Asking implements Callable<Integer> {
        @Spec CommandSpec command;
        @Mixin GatewayOptions gateway;

        void tell(JsonNode answer, String text) {
            PrintWriter out = command.commandLine().getOut();
            out.println(gateway.json() ? answer.toString() : text);
            out.flush();
        }

        String[] variant(String place) {
            String[] parts = place.split("/");
            if (parts.length != 2 || parts[0].isEmpty()) {
                throw new ParameterException(
                        command.commandLine(), "'" + place + "' is not RUN/VARIANT");
            }
            return parts;
        }
    }

    /** Asks a run to stop. */
    @Command(
            name = "cancel",
            exitCodeListHeading = ExitCodes.HEADING,
            exitCodeList = {
                ExitCodes.IS_DONE,
                ExitCodes.IS_UNABLE,
                ExitCodes.IS_REFUSED,
                ExitCodes.IS_NOT_APPLICABLE
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {"Asks a run to stop at its next step. What is done already stays.", ""})
    static final class Cancel extends Asking {
        @Parameters(paramLabel = "RUN", description = "Its id.")
        private String runId;

        @Override
        public Integer call() throws Exception {
            tell(
                    gateway.client().post("runs/" + GatewayClient.name(runId) + "/cancel"),
                    "run " + runId + " will stop");
            return 0;
        }
    }

    /** Deletes a run. */
    @Command(
            name = "delete",
            exitCodeListHeading = ExitCodes.HEADING,
            exitCodeList = {
                ExitCodes.IS_DONE,
                ExitCodes.IS_UNABLE,
                ExitCodes.IS_REFUSED,
                ExitCodes.IS_NOT_APPLICABLE
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {"Deletes an ended run with all its artifacts.", ""})
    static final class Delete extends Asking {
        @Parameters(paramLabel = "RUN", description = "Its id.")
        private String runId;

        @Override
        public Integer call() throws Exception {
            tell(
                    gateway.client().delete("runs/" + GatewayClient.name(runId)),
                    "run " + runId + " is deleted");
            return 0;
        }
    }

    /** Tries a failed variant again. */
    @Command(
            name = "retry",
            exitCodeListHeading = ExitCodes.HEADING,
            exitCodeList = {
                ExitCodes.IS_DONE,
                ExitCodes.IS_UNABLE,
                ExitCodes.IS_REFUSED,
                ExitCodes.IS_LARGE,
                ExitCodes.IS_NOT_APPLICABLE
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Asks for a failed variant once more, as a run of its own that uses the plan and the student which are there.",
                ""
            })
    static final class Retry extends Asking {
        @Parameters(paramLabel = "RUN/VARIANT", description = "Which one.")
        private String place;

        @Override
        public Integer call() throws Exception {
            String[] parts = variant(place);
            JsonNode run =
                    gateway.client()
                            .post(
                                    "runs/"
                                            + GatewayClient.name(parts[0])
                                            + "/variants/"
                                            + GatewayClient.name(parts[1])
                                            + "/retry");
            tell(
                    run,
                    "run "
                            + run.path("runId").asText()
                            + " retries "
                            + run.path("spec").path("retryOf").asText(parts[0])
                            + "/"
                            + parts[1]);
            return 0;
        }
    }

    /** Puts variants side by side. */
    @Command(
            name = "compare",
            exitCodeListHeading = ExitCodes.HEADING,
            exitCodeList = {
                ExitCodes.IS_DONE,
                ExitCodes.IS_UNABLE,
                ExitCodes.IS_REFUSED,
                ExitCodes.IS_NOT_APPLICABLE
            },
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {"Puts variants side by side, of one run or of several.", ""})
    static final class Compare extends Asking {
        @Parameters(paramLabel = "RUN/VARIANT", arity = "2..*", description = "Two or more.")
        private List<String> places;

        @Override
        public Integer call() throws Exception {
            places.forEach(this::variant);
            String query =
                    places.stream()
                            .map(place -> "variant=" + GatewayClient.name(place))
                            .collect(Collectors.joining("&"));
            JsonNode comparison = gateway.client().get("compare?" + query);
            tell(comparison, ComparisonTable.of(comparison).stripTrailing());
            return 0;
        }
    }

    /** Prints a script that completes commands. */
    @Command(
            name = "completion",
            exitCodeListHeading = ExitCodes.HEADING,
            exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_WRONG},
            mixinStandardHelpOptions = true,
            description = {
                "Prints a script that completes commands and options in bash and zsh.",
                "Use it with:  source <(laptop-diff completion)",
                ""
            })
    static final class Completion implements Callable<Integer> {
        @Spec private CommandSpec command;

        @Override
        public Integer call() {
            PrintWriter out = command.commandLine().getOut();
            out.print(picocli.AutoComplete.bash("laptop-diff", command.root().commandLine()));
            out.flush();
            return 0;
        }
    }
}
