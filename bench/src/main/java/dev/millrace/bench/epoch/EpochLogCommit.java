package dev.millrace.bench.epoch;

import dev.millrace.state.file.FileOps;
import dev.millrace.state.log.EpochLog;
import dev.millrace.state.log.EpochLogConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * How long does it take until the changes of an epoch are durable?
 *
 * <p>All write the same bytes and force them to the device. The plain channel is what the device can do: it has no checksum, no
 * commit record and cannot be read back.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EpochLogCommit {
    static final long SEGMENT_BYTES = 16L << 20;

    /** Bytes of an epoch. */
    @Param({"100", "65536"})
    public int epochBytes;

    private final byte[] key = new byte[Long.BYTES];
    private byte[] bytes;
    private Path directory;
    private EpochLog log;
    private FileChannel channel;
    private Options options;
    private WriteOptions writes;
    private RocksDB database;
    private long epoch;

    /** Opens all three, in a new directory for temporary files. */
    @Setup(Level.Trial)
    public void open() throws IOException, RocksDBException {
        RocksDB.loadLibrary();
        bytes = new byte[epochBytes];
        directory = Files.createTempDirectory("millrace-epoch-log");
        log = EpochLog.open(FileOps.real(), directory.resolve("log"), new EpochLogConfig(SEGMENT_BYTES));
        channel = FileChannel.open(directory.resolve("plain"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        options = new Options().setCreateIfMissing(true);
        writes = new WriteOptions().setSync(true);
        database = RocksDB.open(options, directory.resolve("rocksdb").toString());
    }

    /** The engine's: the changes, then the record that commits them. */
    @Benchmark
    public long epochLog() {
        epoch = log.lastCommitted() + 1;
        log.appendPart(epoch, (byte) 1, 1, ByteBuffer.wrap(bytes));
        log.commit(epoch, ByteBuffer.wrap(key));
        log.trim(epoch);
        return log.sizeBytes();
    }

    /** A file that is written at its end and begun anew when it is as long as a segment of the log. */
    @Benchmark
    public long plainChannel() throws IOException {
        if (channel.position() > SEGMENT_BYTES) {
            channel.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(false);
        return channel.position();
    }

    /** The write-ahead log of RocksDB, forced. */
    @Benchmark
    public void rocksDbLog() throws RocksDBException {
        database.put(writes, key, bytes);
    }

    /** The last epoch that the log holds. */
    long lastCommitted() {
        return log.lastCommitted();
    }

    /** Closes all three and removes the directory. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        log.close();
        channel.close();
        database.close();
        writes.close();
        options.close();
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
