package io.laptopdiff.standalone.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The system's Chromium, which is installed where it is missing and may be. */
final class Chromium {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final String HOW_TO_INSTALL =
            "The tests of the dashboard need Chromium on the PATH, and it could not be installed:"
                    + " install it ('apt-get install chromium' on Debian), and run them again.";

    private Chromium() {}

    static Playwright playwright() {
        return Playwright.create(
                new Playwright.CreateOptions()
                        .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    static Browser launch(Playwright playwright) throws IOException, InterruptedException {
        return playwright
                .chromium()
                .launch(
                        new BrowserType.LaunchOptions()
                                .setExecutablePath(executable())
                                .setArgs(
                                        List.of(
                                                "--no-sandbox",
                                                "--disable-gpu",
                                                "--disable-dev-shm-usage")));
    }

    private static Path executable() throws IOException, InterruptedException {
        Optional<Path> there = found();
        if (there.isEmpty()) {
            run("apt-get", "update", "-qq");
            run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium");
            there = found();
        }
        return there.orElseThrow(() -> new IllegalStateException(HOW_TO_INSTALL));
    }

    private static Optional<Path> found() {
        return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
        try {
            Process process = builder.start();
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(HOW_TO_INSTALL);
            }
        } catch (IOException e) {
            throw new IllegalStateException(HOW_TO_INSTALL, e);
        }
    }
}
