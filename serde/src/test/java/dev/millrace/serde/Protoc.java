package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Runs {@code protoc} on printed schemas, compiles the classes that it generates, and loads them. */
final class Protoc {
    /** Where the build puts the program. */
    private static final Path PROGRAM =
            Path.of("target", "protoc", "protoc.exe").toAbsolutePath();

    private static final List<String> IMPORTS =
            List.of("google/protobuf/timestamp.proto", "google/protobuf/duration.proto");

    private final Path directory;
    private final ClassLoader loader;

    /**
     * Compiles files.
     *
     * @param schemas the texts of files by their names, without the ending; the name is the Java package as well
     */
    Protoc(Path directory, Map<String, String> schemas) throws IOException, InterruptedException {
        this.directory = directory;
        Path sources = Files.createDirectories(directory.resolve("java"));
        List<String> command = new ArrayList<>(
                List.of(PROGRAM.toString(), "--proto_path=" + directory, "--java_out=" + sources, "--fatal_warnings"));
        for (Map.Entry<String, String> schema : schemas.entrySet()) {
            String name = schema.getKey() + ".proto";
            String syntax = "syntax = \"proto3\";\n";
            assertTrue(schema.getValue().startsWith(syntax), schema.getValue());
            String head = syntax + "package " + schema.getKey() + ";\noption java_multiple_files = true;\n";
            Files.writeString(directory.resolve(name), head + schema.getValue().substring(syntax.length()));
            command.add(name);
        }
        for (String name : IMPORTS) {
            copyImport(name);
        }
        assertTrue(PROGRAM.toFile().setExecutable(true));
        Path output = directory.resolve("protoc.txt");
        int exit = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        assertEquals(0, exit, Files.readString(output));
        loader = compile(sources);
    }

    private void copyImport(String name) throws IOException {
        Path target = directory.resolve(name);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        try (InputStream in = Message.class.getClassLoader().getResourceAsStream(name)) {
            Files.write(target, Objects.requireNonNull(in, name).readAllBytes());
        }
    }

    private ClassLoader compile(Path sources) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        List<String> arguments = new ArrayList<>(List.of(
                "-nowarn",
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                Path.of(Message.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                        .toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::toString)
                    .forEach(arguments::add);
        }
        int exit = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        assertEquals(0, exit, "javac");
        return new URLClassLoader(new URL[] {url(classes)}, Message.class.getClassLoader());
    }

    private static URL url(Path directory) throws MalformedURLException {
        return directory.toUri().toURL();
    }

    /** The empty message of a generated class. */
    Message message(String file, String name) throws ReflectiveOperationException {
        Class<?> type = loader.loadClass(file + '.' + name);
        return (Message) type.getMethod("getDefaultInstance").invoke(null);
    }
}
