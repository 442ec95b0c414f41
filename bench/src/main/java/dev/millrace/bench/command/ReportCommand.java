package dev.millrace.bench.command;

import dev.millrace.bench.report.HtmlReport;
import dev.millrace.bench.report.Picture;
import dev.millrace.bench.run.ResultFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a page out of results. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Makes one self-contained page, report.html, out of the results in a directory.")
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Where millrace bench all or run --json wrote results.")
    private Path directory;

    @Option(names = "--images", paramLabel = "DIR", description = "Also draw a PNG of each workload there.")
    private @Nullable Path images;

    @Override
    public Integer call() throws Exception {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("not a directory: path=" + directory);
        }
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no results here: path=" + directory + "; run: millrace bench all");
        }
        List<Map<String, Object>> results = new ArrayList<>();
        for (Path file : files) {
            results.add(ResultFile.read(file));
        }
        Path report = directory.resolve("report.html");
        Files.writeString(report, HtmlReport.of(results));
        spec.commandLine().getOut().println("report: " + report);
        if (images != null) {
            // There may be a display that cannot be reached, and none is needed.
            System.setProperty("java.awt.headless", "true");
            Files.createDirectories(images);
            for (Map<String, Object> result : results) {
                spec.commandLine().getOut().println("image: " + Picture.write(result, images));
            }
        }
        return 0;
    }
}
