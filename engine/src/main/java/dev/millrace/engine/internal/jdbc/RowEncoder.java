package dev.millrace.engine.internal.jdbc;

import dev.millrace.engine.operator.SinkEncoder;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes records as rows. Leaves the boxes of their components on the heap. */
final class RowEncoder extends SinkEncoder {
    private final RowLayout layout;
    private final Row row = new Row();
    private final DataOutputStream out = new DataOutputStream(row);

    RowEncoder(RowLayout layout) {
        this.layout = layout;
    }

    @Override
    public int encode(Object event) {
        row.reset();
        try {
            layout.write(event, out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a row could not be written to memory", e);
        }
        return row.size();
    }

    @Override
    public byte[] bytes() {
        return row.bytes();
    }

    private static final class Row extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }
}
