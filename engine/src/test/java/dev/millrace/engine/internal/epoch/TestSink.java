package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.engine.stream.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A sink whose file begins with one line; what it is given are bytes already. */
record TestSink(Path target) implements Sink<String> {
    static final String HEAD = "head\n";

    static SinkNode node(String name, Path target) {
        return new SinkNode(new SourceNode("in", Sources.csvFile(target, String.class)), name, new TestSink(target));
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Class<String> type() {
        return String.class;
    }

    @Override
    public byte[] head() {
        return HEAD.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public SinkEncoder open() {
        throw new UnsupportedOperationException("tests hand bytes over themselves");
    }
}
