package dev.millrace.protoc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import dev.millrace.serde.RecordLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be a record is refused with its place, what is wrong, and what would be right. */
final class RefusalsTest {
    private static final String HEAD = "syntax = \"proto3\"; package p;";

    @TempDir
    private Path directory;

    @Test
    void messagesInsideThemselvesAreRefusedWithTheWay() throws Exception {
        assertRefused(
                List.of(
                        HEAD,
                        "message A { repeated B bs = 1; }",
                        "message B { map<string, A> as = 1; }",
                        "message C { B b = 1; }"),
                "a.proto:2:1: a message inside itself has no bounded layout: message=p.A, way=p.A.bs -> p.B.as",
                "a.proto:3:1: a message inside itself",
                "hold the key of the other one instead");
        assertEquals(
                2,
                error(List.of(HEAD, "message A { B b = 1; }", "message B { A a = 1; }"))
                        .lines()
                        .count());
    }

    @Test
    void groupsAreRefused() throws Exception {
        assertRefused(
                List.of(
                        "syntax = \"proto2\"; package p;",
                        "message A {",
                        "  optional group G = 1 { optional int32 i = 1; }",
                        "}"),
                "a.proto:3:3: a group has no record: field=p.A.g");
    }

    @Test
    void messagesOfProtobufsOwnAreRefusedButForTimes() throws Exception {
        assertRefused(
                List.of(
                        HEAD,
                        "import \"google/protobuf/wrappers.proto\";",
                        "message A {",
                        "  google.protobuf.Int32Value v = 1;",
                        "}"),
                "a.proto:4:3: this message of Protobuf's own has no record: field=p.A.v, type=google.protobuf.Int32Value");
    }

    @Test
    void namesThatMeetInJavaAreRefused() throws Exception {
        assertRefused(
                List.of(
                        "syntax = \"proto2\"; package p;",
                        "message A {",
                        "  optional int32 int_ = 1;",
                        "  optional int32 int = 2;",
                        "  optional int32 in_t = 3;",
                        "  optional int32 inT = 4;",
                        "}"),
                "a.proto:4:3: the name in Java is taken among the components: name=int_, of=p.A.int",
                "a.proto:6:3: the name in Java is taken among the components: name=inT");
        assertRefused(
                List.of(HEAD, "message A { int32 i = 1;", "  message A { int32 i = 1; }", "}"),
                "a.proto:3:3: a nested type has the name of one around it: type=p.A.A");
        assertRefused(
                List.of(HEAD, "message A { oneof c {", "  int32 a = 1;", "} }"),
                "a.proto:3:3: the name in Java is taken among the types around and beside: name=A");
        assertRefused(
                List.of(HEAD, "message Ab { int32 i = 1; }", "message AB { int32 i = 1; }"),
                "a.proto:3:1: two types would be one Java file: type=p.AB, other=p.Ab");
    }

    @Test
    void sizesThatNoLayoutHasAreRefused() throws Exception {
        assertEquals(RecordLayout.MAX_COMPONENTS, Refusals.MAX_COMPONENTS);
        assertRefused(
                List.of(HEAD, "message A {}"),
                "a.proto:2:1: a record has 1 to 100 components: message=p.A, count=0; add a field");
        StringBuilder fields = new StringBuilder();
        for (int i = 1; i <= RecordLayout.MAX_COMPONENTS; i++) {
            fields.append("int32 f").append(i).append(" = ").append(i).append(';');
        }
        assertEquals("", error(List.of(HEAD, "message A { " + fields + " }")));
        assertRefused(
                List.of(HEAD, "message A { " + fields + " oneof more { int32 x = 200; int32 y = 201; } }"),
                "message=p.A, count=101; group fields in messages");
    }

    @Test
    void optionsThatMeanNothingWhereTheyAreAreRefused() throws Exception {
        assertRefused(
                List.of(
                        HEAD,
                        "import \"millrace/options.proto\";",
                        "message A {",
                        "  repeated int32 k = 1 [(millrace.key) = true];",
                        "  int32 t = 2 [(millrace.timestamp) = true];",
                        "  int64 u = 3 [(millrace.timestamp) = true];",
                        "  int64 s = 4 [(millrace.since) = 1];",
                        "  oneof c { int32 o = 5 [(millrace.since) = 1]; }",
                        "}"),
                "a.proto:4:3: a key is always there, once: field=p.A.k",
                "a.proto:5:3: (millrace.timestamp) is for",
                "a.proto:3:1: a message has one time: message=p.A, (millrace.timestamp) count=2",
                "a.proto:7:3: a field cannot be newer than its message: field=p.A.s, (millrace.since)=1, "
                        + "(millrace.version) of the message=0",
                "a.proto:8:13: (millrace.since) is not for a field in a oneof");
    }

    @Test
    void aTypeWithoutAPackageThatCannotBeToldFromAnotherIsRefused() throws Exception {
        assertRefused(
                List.of("syntax = \"proto3\";", "message A { oneof c { B b = 1; } }", "message B { int32 i = 1; }"),
                "a.proto:3:1: a type without a package cannot be told from others here: type=B");
    }

    @Test
    void manyProblemsAreToldUpToABound() throws Exception {
        StringBuilder empty = new StringBuilder();
        for (int i = 0; i < Problems.MOST + 7; i++) {
            empty.append("message M").append(i).append(" {}\n");
        }
        String error = error(List.of(HEAD, empty.toString()));
        assertEquals(Problems.MOST + 1, error.lines().count());
        assertTrue(error.endsWith("and more: problems=57, shown=50"), error);
    }

    @Test
    void parametersAreRefused() throws Exception {
        Protoc protoc = new Protoc(directory);
        CodeGeneratorResponse response = new RecordGenerator(
                        protoc.request(Map.of("a.proto", HEAD + "message A { int32 i = 1; }")).toBuilder()
                                .setParameter("x=1")
                                .build(),
                        note -> {})
                .generate();
        assertEquals(
                "unknown parameter: parameter=x=1; there are none",
                response.getError().substring(0, 48));
        assertEquals(0, response.getFileCount());
    }

    private void assertRefused(List<String> lines, String... faults) throws Exception {
        String error = error(lines);
        for (String fault : faults) {
            assertTrue(error.contains(fault), error);
        }
    }

    /** The error of the response; nothing if there are files. */
    private String error(List<String> lines) throws IOException, InterruptedException {
        Protoc protoc = new Protoc(directory);
        CodeGeneratorResponse response =
                new RecordGenerator(protoc.request(Map.of("a.proto", String.join("\n", lines))), note -> {}).generate();
        assertEquals(response.getError().isEmpty(), response.getFileCount() > 0, response.getError());
        return response.getError();
    }
}
