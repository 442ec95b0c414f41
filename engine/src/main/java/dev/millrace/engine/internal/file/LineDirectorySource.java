package dev.millrace.engine.internal.file;

import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.embed.HostedSource;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.DirectorySource;
import dev.millrace.state.file.FileOps;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** The declaration of a source over the files of a directory. Immutable. */
public final class LineDirectorySource<T> implements DirectorySource<T>, HostedSource {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Duration MIN_LOOK_EVERY = Duration.ofMillis(1);
    private static final Duration MAX_LOOK_EVERY = Duration.ofDays(1);

    /** What is said of a directory and its files. */
    record Settings(
            LineKind kind,
            Path directory,
            Class<?> type,
            String suffix,
            boolean isUntilRead,
            boolean skipsMalformed,
            Duration lookEvery,
            long eventsPerSecond) {
        Settings {
            Objects.requireNonNull(suffix, "suffix");
            if (eventsPerSecond < 0) {
                throw new IllegalArgumentException("rate must not be negative: eventsPerSecond=" + eventsPerSecond);
            }
            if (lookEvery.compareTo(MIN_LOOK_EVERY) < 0 || lookEvery.compareTo(MAX_LOOK_EVERY) > 0) {
                throw new IllegalArgumentException("interval must be from " + MIN_LOOK_EVERY + " to " + MAX_LOOK_EVERY
                        + ": lookEvery=" + lookEvery);
            }
        }
    }

    private final Class<T> type;
    private final Settings settings;

    public LineDirectorySource(LineKind kind, Path directory, Class<T> type) {
        this(type, new Settings(kind, directory, type, "", false, false, DEFAULT_LOOK_EVERY, 0));
    }

    private LineDirectorySource(Class<T> type, Settings settings) {
        this.type = type;
        this.settings = settings;
    }

    private DirectorySource<T> with(String suffix, boolean isUntilRead, boolean skips, Duration every, long rate) {
        return new LineDirectorySource<>(
                type, new Settings(settings.kind, settings.directory, type, suffix, isUntilRead, skips, every, rate));
    }

    @Override
    public DirectorySource<T> endingIn(String suffix) {
        return with(
                suffix, settings.isUntilRead, settings.skipsMalformed, settings.lookEvery, settings.eventsPerSecond);
    }

    @Override
    public DirectorySource<T> untilRead() {
        return with(settings.suffix, true, settings.skipsMalformed, settings.lookEvery, settings.eventsPerSecond);
    }

    @Override
    public DirectorySource<T> lookEvery(Duration interval) {
        return with(settings.suffix, settings.isUntilRead, settings.skipsMalformed, interval, settings.eventsPerSecond);
    }

    @Override
    public DirectorySource<T> skipMalformed() {
        return with(settings.suffix, settings.isUntilRead, true, settings.lookEvery, settings.eventsPerSecond);
    }

    @Override
    public DirectorySource<T> atMostPerSecond(long events) {
        return with(settings.suffix, settings.isUntilRead, settings.skipsMalformed, settings.lookEvery, events);
    }

    @Override
    public long eventsPerSecond() {
        return settings.eventsPerSecond;
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public void check(FileOps files) {
        settings.kind.checkType(type);
        InputDirectory directory = new InputDirectory(files, settings.directory, settings.suffix);
        for (String first : directory.list().stream().limit(1).toList()) {
            try (LineReader lines = directory.open(first)) {
                settings.kind.begin(lines, type);
            }
        }
    }

    @Override
    public SourceReader open(FileOps files) {
        throw new IllegalStateException("a directory needs the clock of an engine: directory=" + settings.directory);
    }

    @Override
    public SourceReader open(Host host) {
        return Templates.instance(
                LOOKUP,
                LineDirectoryReader.class,
                SourceReader.class,
                new InputDirectory(host.files(), settings.directory, settings.suffix),
                settings,
                host.nanoTime());
    }
}
