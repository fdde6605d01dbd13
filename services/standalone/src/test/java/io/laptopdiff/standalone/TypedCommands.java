package io.laptopdiff.standalone;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Commands as somebody types them, with what they print kept for the test to read. */
abstract class TypedCommands {

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    /** Executes a command line in this process; gives its exit code. */
    int run(String... arguments) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }
}
