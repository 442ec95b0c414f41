package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import dev.millrace.allocator.TestMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed is what {@code protoc} reads, and the code that it generates reads and writes what is written and read here. */
final class ProtobufInteropTest {
    private static final long SEED = 271828L;
    private static final int MESSAGES = 200;

    @TempDir
    static Path directory;

    private static List<RecordLayout> layouts() {
        List<RecordLayout> layouts = new ArrayList<>(RichShapes.layouts());
        layouts.add(RecordLayout.of(Shapes.AllTypes.class));
        layouts.add(RecordLayout.of(Shapes.Outer.class));
        layouts.add(RecordLayout.of(String.class));
        layouts.add(RecordLayout.of(Awkward.class));
        return layouts;
    }

    /** Names that Protobuf, or the code it generates, cannot have as they are. */
    @SuppressWarnings("MemberName") // What is tested.
    record Awkward(int size$, int fooBar, int foo_bar, String message, Case optional, @Tag(77) long _1) {}

    @SuppressWarnings("MemberName") // What is tested.
    enum Case {
        FOO_BAR,
        FOOBAR,
        optional
    }

    @Test
    void generatedCodeAgreesBothWays() throws Exception {
        List<RecordLayout> layouts = layouts();
        Map<String, String> schemas = new LinkedHashMap<>();
        for (int i = 0; i < layouts.size(); i++) {
            schemas.put("shape" + i, ProtobufTranscoder.of(layouts.get(i)).schemaText());
        }
        Protoc protoc = new Protoc(directory, schemas);
        for (int i = 0; i < layouts.size(); i++) {
            ProtobufTranscoder transcoder = ProtobufTranscoder.of(layouts.get(i));
            SchemaType type = transcoder.schema().root();
            Message empty = protoc.message("shape" + i, type.name());
            // Maps of Protobuf's own are written in any order.
            boolean isMixed = transcoder.schemaText().contains("map<");
            RandomMessages messages = new RandomMessages(SEED + i);
            for (int k = 0; k < MESSAGES; k++) {
                Message.Builder builder = empty.newBuilderForType();
                messages.fill(type, builder);
                check(transcoder, layouts.get(i), isMixed, builder.build());
            }
        }
    }

    private static void check(ProtobufTranscoder transcoder, RecordLayout layout, boolean isMixed, Message message)
            throws Exception {
        Supplier<String> what = () -> "seed=" + SEED + ", type=" + layout.typeName() + ", message=" + message;
        byte[] theirs = message.toByteArray();
        byte[] blob = transcoder.decode(theirs, 0, theirs.length);
        byte[] ours = encode(transcoder, blob);
        Message read = message.getParserForType().parseFrom(ours);
        assertEquals(message, read, what);
        assertTrue(read.getUnknownFields().asMap().isEmpty(), what);
        if (!isMixed) {
            assertArrayEquals(theirs, ours, what);
        }
        assertArrayEquals(blob, transcoder.decode(ours, 0, ours.length), what);
    }

    private static byte[] encode(ProtobufTranscoder transcoder, byte[] blob) {
        try (TestMemory memory = new TestMemory(blob.length)) {
            memory.put(blob);
            return transcoder.encode(memory.address());
        }
    }
}
