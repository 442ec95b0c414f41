package dev.millrace.protoc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of options, as users import it, against the numbers that are read. */
final class OptionsTest {
    @TempDir
    private Path directory;

    @Test
    void numbersAreThoseOfTheFile() throws Exception {
        Map<String, Integer> numbers = new TreeMap<>();
        for (FileDescriptorProto file : new Protoc(directory)
                .request(Map.of("millrace/options.proto", Protoc.resource("/millrace/options.proto")))
                .getProtoFileList()) {
            file.getExtensionList().forEach(each -> numbers.put(each.getName(), each.getNumber()));
        }
        assertEquals(
                Map.of(
                        "java_package", Options.FILE_JAVA_PACKAGE,
                        "version", Options.MESSAGE_VERSION,
                        "key", Options.FIELD_KEY,
                        "timestamp", Options.FIELD_TIMESTAMP,
                        "since", Options.FIELD_SINCE),
                numbers);
    }

    @Test
    void thePackageIsOursElseThatForJavaElseThatOfTheFile() throws Exception {
        String message = "message A { int32 i = 1; }";
        assertEquals("p/q/A.java", fileName("package p.q;" + message));
        assertEquals("j/A.java", fileName("package p.q; option java_package = \"j\";" + message));
        assertEquals(
                "m/class_/A.java",
                fileName("package p.q; import \"millrace/options.proto\"; option java_package = \"j\"; "
                        + "option (millrace.java_package) = \"m.class\";" + message));
        assertEquals("A.java", fileName(message));
    }

    private String fileName(String text) throws Exception {
        CodeGeneratorResponse response = new RecordGenerator(
                        new Protoc(directory).request(Map.of("a.proto", "syntax = \"proto3\";" + text)), note -> {})
                .generate();
        return response.getFile(0).getName();
    }
}
