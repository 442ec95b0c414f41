package dev.millrace.protoc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.compiler.PluginProtos.CodeGeneratorRequest;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of a file that says everything, against files that were read by people. */
final class RecordGeneratorTest {
    private static final String PROTO = "shop.proto";
    private static final List<String> TYPES = List.of("Order", "Money", "Scalars", "Shadow", "Status");
    /** Where a run leaves what it made, to be read and copied when the expectation is to change. */
    private static final Path MADE = Path.of("target", "golden");

    @TempDir
    private Path directory;

    private Protoc protoc;

    @BeforeEach
    void copyTheFile() throws IOException {
        protoc = new Protoc(directory.resolve("in"));
        protoc.write(PROTO, Protoc.resource(PROTO));
    }

    @Test
    void makesTheRecordsThatAreExpected() throws Exception {
        Map<String, String> made = files(generate(new ArrayList<>()));
        for (Map.Entry<String, String> file : made.entrySet()) {
            Path name = Path.of(file.getKey()).getFileName();
            Files.createDirectories(MADE);
            Files.writeString(MADE.resolve(name), file.getValue());
        }
        assertEquals(
                TYPES.stream()
                        .map(type -> "com/example/shop/" + type + ".java")
                        .sorted()
                        .toList(),
                List.copyOf(made.keySet()));
        for (String type : TYPES) {
            assertEquals(Protoc.resource("golden/" + type + ".java"), made.get("com/example/shop/" + type + ".java"));
        }
    }

    @Test
    void makesTheSameAgain() throws Exception {
        assertEquals(generate(new ArrayList<>()), generate(new ArrayList<>()));
    }

    @Test
    void runsAsThePluginOfProtoc() throws Exception {
        Path out = directory.resolve("out");
        Protoc.Outcome outcome = protoc.runWithPlugin(out, PROTO);
        assertEquals(0, outcome.exitCode(), outcome.output());
        for (Map.Entry<String, String> file : files(generate(new ArrayList<>())).entrySet()) {
            assertEquals(file.getValue(), Files.readString(out.resolve(file.getKey())));
        }
    }

    @Test
    void tellsWhatIsLeftOutAndWhatIsWrittenOtherThanTheFileSays() throws Exception {
        List<String> notes = new ArrayList<>();
        generate(notes);
        assertTrue(
                notes.contains("shop.proto:134:1: note: a service has no record: service=shop.v1.Ignored is left out"),
                notes.toString());
        assertTrue(
                notes.contains(
                        "shop.proto:85:3: note: the engine writes this field as a varint of another kind, other than the file: "
                                + "field=shop.v1.Scalars.sint32, type=sint32"),
                notes.toString());
        assertTrue(
                notes.contains(
                        "shop.proto:36:3: note: the engine writes a oneof as a message of its own, other than the "
                                + "file: oneof=shop.v1.Order.payment"),
                notes.toString());
        assertTrue(notes.stream().noneMatch(each -> each.contains("uint32")), notes.toString());
    }

    private CodeGeneratorResponse generate(List<String> notes) throws IOException, InterruptedException {
        CodeGeneratorRequest request = protoc.request(Map.of(PROTO, Protoc.resource(PROTO)));
        CodeGeneratorResponse response = new RecordGenerator(request, notes::add).generate();
        assertEquals("", response.getError());
        return response;
    }

    private static Map<String, String> files(CodeGeneratorResponse response) {
        Map<String, String> files = new TreeMap<>();
        for (CodeGeneratorResponse.File file : response.getFileList()) {
            files.put(file.getName(), file.getContent());
        }
        return files;
    }
}
