package dev.millrace.examples;

import dev.millrace.serde.ProtobufTranscoder;
import dev.millrace.serde.RecordLayout;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the Protobuf schema of a record. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Prints the .proto file of a record: what its values look like in durable state and between processes. protoc"
                    + " compiles it for other languages.",
            ""
        },
        footer = {
            "",
            "The class is only looked at; nothing of it is run.",
            "",
            "Examples:",
            "  millrace schema dev.millrace.examples.flights.Flight",
            "  millrace schema com.example.Order --class-path app.jar:lib/model.jar > order.proto"
        })
final class SchemaCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "RECORD_CLASS",
            description = "Name of the record, with its package. A nested one: com.example.Outer.Inner or Outer$Inner.")
    private String recordClass;

    @Option(
            names = "--class-path",
            paramLabel = "PATH",
            description = "Jars and directories to look in, separated as in java -cp. Default: the examples.")
    private String classPath;

    @Override
    public Integer call() throws IOException {
        try (URLClassLoader loader = new URLClassLoader(urls(), SchemaCommand.class.getClassLoader())) {
            String text = ProtobufTranscoder.of(RecordLayout.of(find(loader))).schemaText();
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        } catch (LinkageError e) {
            throw new IllegalArgumentException(
                    "class cannot be loaded: class=" + recordClass + ", reason=" + e
                            + "; name all that it needs with --class-path",
                    e);
        }
        return 0;
    }

    private URL[] urls() {
        List<URL> urls = new ArrayList<>();
        if (classPath != null) {
            for (String entry : classPath.split(File.pathSeparator, -1)) {
                urls.add(url(entry));
            }
        }
        return urls.toArray(new URL[0]);
    }

    private static URL url(String entry) {
        try {
            Path path = Path.of(entry);
            if (entry.isEmpty() || !Files.exists(path)) {
                throw new IllegalArgumentException("no such jar or directory: path=" + entry + "; check --class-path");
            }
            return path.toUri().toURL();
        } catch (InvalidPathException | MalformedURLException e) {
            throw new IllegalArgumentException("no path: path=" + entry + "; check --class-path", e);
        }
    }

    /** The class of a name as it is in the source or as the machine knows it: inner classes are tried from the right. */
    private Class<?> find(ClassLoader loader) {
        String name = recordClass;
        while (true) {
            try {
                return Class.forName(name, false, loader);
            } catch (ClassNotFoundException e) {
                int dot = name.lastIndexOf('.');
                if (dot < 0) {
                    throw new IllegalArgumentException(
                            "no such class: class=" + recordClass
                                    + "; give its full name, and the jar that holds it with --class-path",
                            e);
                }
                name = name.substring(0, dot) + '$' + name.substring(dot + 1);
            }
        }
    }
}
