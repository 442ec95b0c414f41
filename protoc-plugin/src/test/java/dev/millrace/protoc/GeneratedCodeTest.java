package dev.millrace.protoc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.RecordLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated records are what the engine takes. */
final class GeneratedCodeTest {
    private static final long SEED = 60L;
    private static final int ROUNDS = 300;

    @TempDir
    private Path directory;

    @Test
    void compilesWithoutAWordAndGoesThroughMemory() throws Exception {
        try (GeneratedCode code = compile(Protoc.resource("shop.proto"))) {
            for (String type : new String[] {"Order", "Money", "Scalars", "Shadow", "Status"}) {
                roundTrip(code.type("com.example.shop." + type));
            }
        }
    }

    @Test
    void filesOfOtherSyntaxesCompileToo() throws Exception {
        try (GeneratedCode code = compile(
                "syntax = \"proto2\"; package two; enum E { ONE = 1; NINE = 9; MINUS = -1; } message A { required int32 a = 1; "
                        + "optional int32 b = 2; optional E e = 3; optional A.B c = 4; message B { required E e = 1; } }")) {
            assertEquals(
                    "[MINUS, ONE, NINE]", Arrays.toString(code.type("two.E").getEnumConstants()));
            roundTrip(code.type("two.A"));
            assertEquals("int", component(code.type("two.A"), 0));
            assertEquals("java.util.Optional<java.lang.Integer>", component(code.type("two.A"), 1));
        }
        try (GeneratedCode code = compile("edition = \"2023\"; package ed; message A { int32 a = 1; "
                + "int32 b = 2 [features.field_presence = IMPLICIT]; repeated int32 c = 3; }")) {
            roundTrip(code.type("ed.A"));
            assertEquals("java.util.Optional<java.lang.Integer>", component(code.type("ed.A"), 0));
            assertEquals("int", component(code.type("ed.A"), 1));
            assertEquals("int[]", component(code.type("ed.A"), 2));
        }
        try (GeneratedCode code = compile("syntax = \"proto3\"; enum E { option allow_alias = true; // {@\n A = 0; "
                + "B = 0; } message M { E _1 = 1; int32 a__b = 2; /* \\u002a/ */ int32 var = 3; } "
                + "message var { M yield = 1; }")) {
            roundTrip(code.type("var_"));
        }
    }

    @Test
    void versionsAndNumbersAreInTheLayout() throws Exception {
        try (GeneratedCode code = compile(Protoc.resource("shop.proto"))) {
            Class<?> order = code.type("com.example.shop.Order");
            assertEquals(3, order.getField("VERSION").getInt(null));
            String layout = RecordLayout.of(order).describe();
            assertTrue(layout.contains("customerId"), layout);
        }
    }

    private GeneratedCode compile(String text) throws Exception {
        CodeGeneratorResponse response =
                new RecordGenerator(new Protoc(directory).request(Map.of("a.proto", text)), note -> {}).generate();
        assertEquals("", response.getError());
        return new GeneratedCode(response, directory.resolve("classes" + text.hashCode()));
    }

    private static String component(Class<?> type, int index) {
        return type.getRecordComponents()[index].getGenericType().getTypeName();
    }

    @SuppressWarnings("unchecked") // The values are of the type.
    private static void roundTrip(Class<?> type) throws Exception {
        FlatCodec<Object> codec = (FlatCodec<Object>) FlatCodec.of(type);
        AnyValue values = new AnyValue(SEED);
        AnyValue again = new AnyValue(SEED);
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(64L << 20))) {
            BlockAllocator blocks = allocator.shared();
            for (int i = 0; i < ROUNDS; i++) {
                Object value = values.of(type);
                int length = codec.blobBytes(value);
                long address = blocks.allocate(MemoryPool.EVENTS, length);
                codec.writeBlob(value, address);
                codec.validate(address, length);
                Object read = codec.readBlob(address);
                Object same = again.of(type);
                assertEquals(same, read, "seed=" + SEED);
                assertEquals(same.hashCode(), read.hashCode(), "seed=" + SEED);
                blocks.free(address);
            }
        }
    }
}
