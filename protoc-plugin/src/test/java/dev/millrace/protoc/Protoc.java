package dev.millrace.protoc;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorRequest;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real compiler over files in a directory. */
final class Protoc {
    private static final Path PROGRAM = Path.of("target", "protoc.exe").toAbsolutePath();
    private static final List<String> IMPORTS = List.of(
            "millrace/options.proto",
            "google/protobuf/descriptor.proto",
            "google/protobuf/timestamp.proto",
            "google/protobuf/duration.proto",
            "google/protobuf/wrappers.proto");

    private final Path directory;

    /** How a run ended: its exit code and what it said. */
    record Outcome(int exitCode, String output) {}

    Protoc(Path directory) throws IOException {
        this.directory = directory;
        PROGRAM.toFile().setExecutable(true);
        for (String name : IMPORTS) {
            write(name, resource("/" + name));
        }
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Protoc.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no such resource: name=" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** What protoc would send to a plugin for these files, which must be right as far as protoc can tell. */
    CodeGeneratorRequest request(Map<String, String> files) throws IOException, InterruptedException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            write(file.getKey(), file.getValue());
        }
        List<String> names = files.keySet().stream().sorted().toList();
        List<String> arguments = new ArrayList<>(List.of("--include_imports", "--include_source_info"));
        Path descriptors = directory.resolve("descriptors.bin");
        arguments.add("--descriptor_set_out=" + descriptors);
        arguments.addAll(names);
        Outcome outcome = run(arguments);
        if (outcome.exitCode != 0) {
            throw new IOException("protoc refused the files:\n" + outcome.output);
        }
        FileDescriptorSet set = FileDescriptorSet.parseFrom(Files.readAllBytes(descriptors));
        return CodeGeneratorRequest.newBuilder()
                .addAllFileToGenerate(names)
                .addAllProtoFile(set.getFileList())
                .build();
    }

    /** Runs protoc with our plugin as a process of its own. */
    Outcome runWithPlugin(Path out, String file) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        boolean isWindows = File.separatorChar == '\\';
        Path script = directory.resolve(isWindows ? "plugin.bat" : "plugin.sh");
        String command =
                '"' + java + "\" -cp \"" + System.getProperty("java.class.path") + "\" " + Main.class.getName();
        Files.writeString(script, isWindows ? "@echo off\r\n" + command + "\r\n" : "#!/bin/sh\nexec " + command + "\n");
        script.toFile().setExecutable(true);
        Files.createDirectories(out);
        return run(List.of("--plugin=protoc-gen-millrace=" + script, "--millrace_out=" + out, file));
    }

    private Outcome run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "-I" + directory));
        command.addAll(arguments);
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int exitCode = process.waitFor();
        return new Outcome(exitCode, Files.readString(output));
    }
}
