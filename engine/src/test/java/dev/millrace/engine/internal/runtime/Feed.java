package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.operator.Source;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.state.file.FileOps;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A source that gives what the test has put in, from any place, again and again. Used by one thread. */
final class Feed<T> implements Source<T> {
    private final Class<T> type;
    private final List<T> events = new ArrayList<>();
    private boolean isClosed;

    Feed(Class<T> type) {
        this.type = type;
    }

    Feed<T> add(T event) {
        events.add(event);
        return this;
    }

    /** Says that nothing more will be added. */
    Feed<T> close() {
        isClosed = true;
        return this;
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public void check(FileOps files) {}

    @Override
    public SourceReader open(FileOps files) {
        return new Reader();
    }

    private final class Reader extends SourceReader {
        private int next;

        @Override
        public boolean advance() {
            if (next == events.size()) {
                return false;
            }
            next++;
            return true;
        }

        @Override
        public Object event() {
            return events.get(next - 1);
        }

        @Override
        public boolean isFinished() {
            return isClosed && next == events.size();
        }

        @Override
        public byte[] position() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(next).array();
        }

        @Override
        public void seek(byte[] position) {
            next = ByteBuffer.wrap(position).getInt();
        }

        @Override
        public long skippedCount() {
            return 0;
        }

        @Override
        public double progress() {
            return -1;
        }

        @Override
        public String place() {
            return "event=" + next;
        }

        @Override
        public void close() {}
    }
}
