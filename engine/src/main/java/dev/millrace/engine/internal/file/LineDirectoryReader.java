package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.SourceReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a directory one after the other. A template: each reader is of a class of its own. Its position is a
 * {@link DirectoryPosition}.
 */
final class LineDirectoryReader extends SourceReader {
    private static final int NO_FILE = -1;

    private final InputDirectory directory;
    private final LineDirectorySource.Settings settings;
    private final LongSupplier nanoTime;

    /** Those up to {@link #current} were read; the others are known and may still go. */
    private List<String> names = List.of();

    private int current = NO_FILE;
    private long currentBytes;
    /** Over the files before the current one. */
    private long hash = InputDirectory.hash();

    private @Nullable LinesReader lines;
    private boolean hasLooked;
    private long lookedAtNanos;
    private boolean isFinished;
    private volatile double progress = -1;

    LineDirectoryReader(InputDirectory directory, LineDirectorySource.Settings settings, LongSupplier nanoTime) {
        this.directory = directory;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean advance() {
        LinesReader reader = lines;
        if (reader != null && reader.advance()) {
            return true;
        }
        while (turnToNext()) {
            if (reading().advance()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Object event() {
        return reading().event();
    }

    private LinesReader reading() {
        return Objects.requireNonNull(lines, "no file is read");
    }

    /** Goes to the next file, if there is one. */
    private boolean turnToNext() {
        if (isFinished) {
            return false;
        }
        if (current + 1 == names.size()) {
            long nowNanos = nanoTime.getAsLong();
            boolean isDue = nowNanos - lookedAtNanos >= settings.lookEvery().toNanos();
            if (hasLooked && !isDue && !settings.isUntilRead()) {
                return false;
            }
            lookedAtNanos = nowNanos;
            look();
            if (current + 1 == names.size()) {
                isFinished = settings.isUntilRead();
                progress = isFinished ? 1 : progress;
                return false;
            }
        }
        if (current != NO_FILE) {
            checkUnchanged();
            hash = InputDirectory.hash(hash, names.get(current), currentBytes);
        }
        open(current + 1);
        return true;
    }

    private void open(int index) {
        LineReader next = directory.open(names.get(index));
        try {
            settings.kind().begin(next, settings.type());
        } catch (Throwable e) {
            next.close();
            throw e;
        }
        if (lines == null) {
            lines = settings.kind().reader(next, settings.type(), settings.skipsMalformed());
        } else {
            lines.turnTo(next);
        }
        current = index;
        currentBytes = next.sizeBytes();
        progress = settings.isUntilRead() ? (double) index / names.size() : -1;
    }

    /** Finds out which files there are now. */
    private void look() {
        List<String> found = directory.list();
        for (int i = 0; i <= current; i++) {
            String known = names.get(i);
            if (i < found.size() && found.get(i).equals(known)) {
                continue;
            }
            if (i < found.size() && found.get(i).compareTo(known) < 0) {
                throw new BadInputException("input comes too late: file=" + path(found.get(i)) + ", its name is before "
                        + names.get(current) + ", which is read already; give it a later name");
            }
            throw new BadInputException("input is gone: file=" + path(known)
                    + "; it was read, and must keep its place and name while this state is used");
        }
        if (current != NO_FILE) {
            checkUnchanged();
        }
        names = found;
        hasLooked = true;
    }

    private void checkUnchanged() {
        String name = names.get(current);
        long nowBytes = directory.sizeBytes(name);
        if (nowBytes != currentBytes) {
            throw new BadInputException("input has changed since it was read: file=" + path(name) + ", sizeBytes="
                    + nowBytes + ", readBytes=" + currentBytes
                    + "; write a file whole under another name, then rename it");
        }
    }

    private Path path(String name) {
        return directory.path().resolve(name);
    }

    @Override
    public boolean isFinished() {
        return isFinished;
    }

    @Override
    public byte[] position() {
        return current == NO_FILE
                ? new DirectoryPosition(0, hash, "", new byte[0]).toBytes()
                : new DirectoryPosition(
                                current, hash, names.get(current), reading().position())
                        .toBytes();
    }

    @Override
    public void seek(byte[] position) {
        Optional<DirectoryPosition> parsed = DirectoryPosition.parse(position);
        if (parsed.isEmpty()) { // no lambda: one that captures a template does not pass the verifier
            throw new BadInputException("position is none of a directory: directory=" + directory.path()
                    + "; the source of this name was another one when the state was written");
        }
        DirectoryPosition place = parsed.get();
        if (place.name().isEmpty()) {
            return;
        }
        names = directory.list();
        hasLooked = true;
        lookedAtNanos = nanoTime.getAsLong();
        int index = names.indexOf(place.name());
        if (index < 0) {
            throw new BadInputException("input is gone: file=" + path(place.name())
                    + "; the state was made from it up to a place in it, so put it back");
        }
        long found = InputDirectory.hash();
        for (String name : names.subList(0, index)) {
            found = InputDirectory.hash(found, name, directory.sizeBytes(name));
        }
        if (index != place.filesBefore() || found != place.hash()) {
            throw new BadInputException("files that were read are not what they were: directory=" + directory.path()
                    + ", before=" + place.name() + ", foundFiles=" + index + ", readFiles=" + place.filesBefore()
                    + "; names and sizes count: put them back, or start over with another state directory");
        }
        open(index);
        hash = found;
        reading().seek(place.lines());
    }

    @Override
    public long skippedCount() {
        return lines == null ? 0 : lines.skippedCount();
    }

    @Override
    public double progress() {
        return progress;
    }

    @Override
    public String place() {
        return lines == null ? "directory=" + directory.path() : lines.place();
    }

    @Override
    public void close() {
        if (lines != null) {
            lines.close();
        }
    }
}
