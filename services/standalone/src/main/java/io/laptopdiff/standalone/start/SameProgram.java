package io.laptopdiff.standalone.start;

import io.laptopdiff.standalone.Main;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program once more, as a process of its own with the same Java and the same JVM options. */
public final class SameProgram {

    private SameProgram() {}

    /**
     * Runs a command to its end; it writes to where this process writes.
     *
     * @param arguments of the command line
     * @return its exit code
     * @throws IOException if no process can be started
     */
    public static int run(List<String> arguments) throws IOException, InterruptedException {
        Process process = start(arguments, List.of());
        try {
            return process.waitFor();
        } finally {
            process.destroy();
        }
    }

    /**
     * Starts a command, and leaves it to the caller to end it.
     *
     * @param options of the Java machine, besides this one's
     * @throws IOException if no process can be started
     */
    public static Process start(List<String> arguments, List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(options);
        command.addAll(program(System.getProperty("java.class.path")));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start();
    }

    /**
     * Returns the arguments that name the program: as packaged there is one archive, which knows
     * its main class.
     */
    static List<String> program(String classPath) {
        return classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)
                ? List.of("-jar", classPath)
                : List.of("-cp", classPath, Main.class.getName());
    }
}
