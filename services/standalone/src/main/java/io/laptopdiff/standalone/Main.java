package io.laptopdiff.standalone;

import io.laptopdiff.standalone.command.ExitCodes;
import io.laptopdiff.standalone.command.LaptopDiff;
import io.laptopdiff.standalone.follow.RefusedException;
import io.laptopdiff.standalone.follow.UnknownRunException;
import io.laptopdiff.standalone.start.LocaleCheck;
import io.laptopdiff.standalone.start.UnusablePathException;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;

/**
 * The command line. Quarkus and the broker start only in commands that need them, so that help is
 * quick.
 */
@QuarkusMain
public final class Main {

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String... arguments) {
        System.setProperty("java.awt.headless", "true");
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        try {
            LocaleCheck.require(arguments);
        } catch (UnusablePathException e) {
            System.err.println("laptop-diff: " + e.getMessage());
            return ExitCodes.REFUSED;
        }
        return commandLine().execute(arguments);
    }

    /** The commands, ready to be executed. */
    public static CommandLine commandLine() {
        return new CommandLine(new LaptopDiff())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(
                        (wrong, arguments) -> {
                            // The whole help would push the reason off the screen.
                            CommandLine command = wrong.getCommandLine();
                            String name = command.getCommandSpec().qualifiedName();
                            command.getErr().println(name + ": " + wrong.getMessage());
                            CommandLine.UnmatchedArgumentException.printSuggestions(
                                    wrong, command.getErr());
                            command.getErr().println("Try: " + name + " --help");
                            return command.getCommandSpec().exitCodeOnInvalidInput();
                        })
                .setExecutionExceptionHandler(
                        (exception, command, parsed) -> {
                            command.getErr().println("laptop-diff: " + exception.getMessage());
                            if (exception instanceof UnknownRunException) {
                                return ExitCodes.NOT_APPLICABLE;
                            }
                            if (exception instanceof UnusablePathException) {
                                return ExitCodes.REFUSED;
                            }
                            return exception instanceof RefusedException refused
                                    ? ExitCodes.of(refused)
                                    : command.getCommandSpec().exitCodeOnExecutionException();
                        });
    }
}
