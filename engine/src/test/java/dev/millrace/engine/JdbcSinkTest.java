package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.engine.stream.JdbcSink;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.testkit.ManualClock;
import dev.millrace.serde.UnsupportedTypeException;
import dev.millrace.state.file.Directories;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a committed epoch are in the database once, whatever fails between. The database outlives the engines. */
final class JdbcSinkTest {
    private static final long EVENTS = 3000;
    private static final String INSERT = "insert into items (id, name) values (?, ?)";

    enum Size {
        SMALL,
        LARGE
    }

    record Item(long id, String name) {}

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    record Every(
            boolean flag,
            byte tiny,
            short small,
            char letter,
            int number,
            long id,
            float ratio,
            double value,
            String text,
            Size size,
            Instant at,
            Duration lasts,
            LocalDate day,
            LocalDateTime local,
            UUID key,
            BigDecimal price,
            byte[] raw,
            Optional<Long> maybe,
            Optional<Instant> maybeAt) {}

    record Nested(long id, Item item) {}

    @TempDir
    Path directory;

    private final JdbcDataSource database = new JdbcDataSource();

    @BeforeEach
    void createTable() throws SQLException {
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        run("create table items (id bigint, name varchar(100))"); // no key: a row that came twice would be there twice
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        run("shutdown");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertTrue(rows.next());
            return rows.getLong(1);
        }
    }

    private void assertEachOnce(long count) throws SQLException {
        assertEquals(count, number("select count(*) from items"));
        assertEquals(count, number("select count(distinct id) from items"));
        assertEquals(count - 1, number("select max(id) from items"));
        assertEquals(count, number("select count(*) from items where name = 'n' || id"));
    }

    private static Pipeline pipeline(DataSource into, int retries) {
        JdbcSink<Item> sink = Sinks.jdbc(into, INSERT, Item.class)
                .retry(retries, Duration.ZERO)
                .batchRows(7);
        Pipeline pipeline = Pipeline.named("items");
        pipeline.source(
                        "in",
                        Sources.generator(Item.class, number -> new Item(number, "n" + number))
                                .limit(EVENTS)
                                .atMostPerSecond(100_000))
                .rebalance()
                .sink("items", sink);
        return pipeline;
    }

    private EngineConfig config(Path state) {
        return EngineConfig.of(state).memory("64MiB").parallelism(2).epochInterval(Duration.ofMillis(1));
    }

    /** Runs a life of the job until it is done, or so many further epochs are committed. */
    private void live(Path state, Pipeline pipeline, long epochs) throws InterruptedException {
        ManualClock clock = new ManualClock();
        try (Engine engine = Engine.open(config(state), Seams.real().withClock(clock))) {
            Job job = engine.run(pipeline);
            for (long left = epochs; left > 0 && !job.isDone(); left--) {
                passEpoch(clock, job);
            }
            if (job.isDone()) {
                job.await();
            }
        }
    }

    /** Lets time pass until one more epoch is committed, or the job is done. */
    private static void passEpoch(ManualClock clock, Job job) {
        long before = job.progress().lastEpoch();
        clock.advance(1_000_000);
        while (job.progress().lastEpoch() == before && !job.isDone()) {
            clock.advance(1);
            Thread.onSpinWait();
        }
    }

    private void untilDone(Path state, Pipeline pipeline) throws InterruptedException {
        live(state, pipeline, Long.MAX_VALUE / 2);
    }

    @Test
    void rowsAreThereOnceOverManyLives() throws Exception {
        Path state = directory.resolve("state");
        for (int life = 0; life < 5; life++) {
            live(state, pipeline(database, 0), 1 + 2L * life);
        }
        untilDone(state, pipeline(database, 0));
        assertEachOnce(EVENTS);
        assertEquals(1, number("select count(*) from millrace_progress"));
        untilDone(state, pipeline(database, 0)); // the job has ended: nothing more comes
        assertEachOnce(EVENTS);
    }

    @Test
    void rowsAreThereOnceIfTheProcessDiesBetweenItsCommitAndThatOfTheDatabase() throws Exception {
        Path state = directory.resolve("state");
        Random random = new Random(1);
        int failures = 0;
        for (int life = 0; life < 40; life++) {
            boolean isDone = random.nextBoolean();
            // The first commits are those of the beginning.
            int commits = 2 + random.nextInt(3);
            int[] seen = {0};
            DataSource failing = failing(isDone, () -> ++seen[0] > commits);
            try {
                untilDone(state, pipeline(failing, 0));
            } catch (JobFailedException | OutputException e) {
                failures++;
            }
        }
        int failed = failures;
        assertTrue(failed > 3, () -> "failures=" + failed);
        untilDone(state, pipeline(database, 0));
        assertEachOnce(EVENTS);
    }

    @Test
    void triesAgainWhenTheDatabaseFailsAlsoIfItsAnswerToACommitIsLost() throws Exception {
        Random random = new Random(2);
        int[] failures = {0};
        for (boolean isDone : new boolean[] {false, true}) {
            run("delete from items");
            DataSource failing = failing(isDone, () -> {
                boolean fails = random.nextInt(3) == 0;
                failures[0] += fails ? 1 : 0;
                return fails;
            });
            untilDone(directory.resolve("state-" + isDone), pipeline(failing, 1000));
            assertEachOnce(EVENTS);
        }
        assertTrue(failures[0] > 3, () -> "failures=" + failures[0]);
    }

    /** Fails some commits: before they are done, or behind. */
    private DataSource failing(boolean isDone, BooleanSupplier fails) {
        return proxy(
                DataSource.class,
                database,
                "getConnection",
                connection -> proxy(Connection.class, (Connection) connection, "commit", none -> none, isDone, fails));
    }

    private interface Wrap {
        Object wrap(Object result);
    }

    private static <T> T proxy(Class<T> type, T real, String method, Wrap wrap) {
        return proxy(type, real, method, wrap, true, () -> false);
    }

    private static <T> T proxy(Class<T> type, T real, String method, Wrap wrap, boolean isDone, BooleanSupplier fails) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> {
                    boolean isMeant = called.getName().equals(method);
                    boolean isFailing = isMeant && fails.getAsBoolean();
                    if (isFailing && !isDone) {
                        throw new SQLException("the line is cut before", "08006");
                    }
                    try {
                        Object result = called.invoke(real, arguments);
                        if (isFailing) {
                            throw new SQLException("the line is cut behind", "08006");
                        }
                        return isMeant ? wrap.wrap(result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void failsTheJobForWhatTheDatabaseWillNeverTakeAndGoesOnOnceItIsMended() throws Exception {
        Path state = directory.resolve("state");
        run("alter table items add constraint few check (id < 2000)");
        JobFailedException e = assertThrows(JobFailedException.class, () -> untilDone(state, pipeline(database, 1000)));
        for (String part :
                new String[] {"database failed", "sink=items", "tries=1", "sqlState=23", "run the job again"}) {
            assertTrue(e.getMessage().contains(part), () -> "says not " + part + ": " + e.getMessage());
        }
        assertTrue(number("select count(*) from items") <= 2000);
        run("alter table items drop constraint few");
        untilDone(state, pipeline(database, 0));
        assertEachOnce(EVENTS);
    }

    @Test
    void refusesADatabaseThatIsNotTheOneOfTheState() throws Exception {
        Path state = directory.resolve("state");
        live(state, pipeline(database, 0), 3);
        Path copy = directory.resolve("copy");
        Directories.copy(state, copy);
        run("delete from millrace_progress");
        OutputException e = assertThrows(OutputException.class, () -> live(state, pipeline(database, 0), 1));
        assertTrue(e.getMessage().contains("not the one that the state was made with"), e.getMessage());
        run("drop table items");
        run("drop table millrace_progress");
        assertThrows(OutputException.class, () -> live(copy, pipeline(database, 0), 1));
    }

    @Test
    void aCopyOfTheStateThatRunsBesideIsRefused() throws Exception {
        Path state = directory.resolve("state");
        live(state, pipeline(database, 0), 3);
        Path copy = directory.resolve("copy");
        Directories.copy(state, copy);
        ManualClock clock = new ManualClock();
        try (Engine engine = Engine.open(config(state), Seams.real().withClock(clock))) {
            Job job = engine.run(pipeline(database, 0));
            untilDone(copy, pipeline(database, 0));
            JobFailedException e = assertThrows(JobFailedException.class, () -> {
                while (!job.isDone()) {
                    passEpoch(clock, job);
                }
                job.await();
            });
            assertTrue(e.getMessage().contains("written by somebody else"), e.getMessage());
        }
        assertEachOnce(EVENTS);
    }

    @Test
    void setsEveryKindOfColumnAndNull() throws Exception {
        run(
                "create table every_kind (flag boolean, tiny tinyint, small smallint, letter char(1), number int, id bigint,"
                        + " ratio real, val double precision, text varchar(10), size varchar(10), at timestamp(9) with time zone,"
                        + " lasts varchar(20), day_of date, local timestamp(9), uid uuid, price decimal(10, 2), raw varbinary(10),"
                        + " maybe bigint, maybe_at timestamp with time zone)");
        Instant at = Instant.parse("2001-01-31T23:59:58.123456789Z");
        UUID key = new UUID(1, 2);
        Every row = new Every(
                true,
                (byte) 1,
                (short) 2,
                'x',
                3,
                4,
                1.5f,
                2.5,
                "té",
                Size.LARGE,
                at,
                Duration.ofSeconds(90),
                LocalDate.of(2001, 1, 31),
                LocalDateTime.of(2001, 1, 31, 23, 59, 58),
                key,
                new BigDecimal("1.50"),
                new byte[] {1, 2},
                Optional.of(7L),
                Optional.empty());
        Pipeline pipeline = Pipeline.named("every");
        pipeline.source("in", Sources.generator(Every.class, number -> row).limit(1))
                .sink(
                        "out",
                        Sinks.jdbc(
                                database,
                                "insert into every_kind values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                                Every.class));
        untilDone(directory.resolve("state"), pipeline);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select * from every_kind")) {
            assertTrue(found.next());
            assertEquals(
                    List.of("TRUE", "1", "2", "x", "3", "4", "1.5", "2.5", "té", "LARGE"),
                    java.util.stream.IntStream.rangeClosed(1, 10)
                            .mapToObj(i -> text(found, i))
                            .toList());
            assertEquals(at, found.getObject(11, OffsetDateTime.class).toInstant());
            assertEquals("PT1M30S", found.getString(12));
            assertEquals(row.day(), found.getObject(13, LocalDate.class));
            assertEquals(row.local(), found.getObject(14, LocalDateTime.class));
            assertEquals(key, found.getObject(15));
            assertEquals(row.price(), found.getBigDecimal(16));
            assertEquals(2, found.getBytes(17)[1]);
            assertEquals(7, found.getLong(18));
            assertEquals(null, found.getObject(19));
        }
    }

    private static String text(ResultSet rows, int column) {
        try {
            return rows.getString(column);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void refusesWhatIsNoRowAndSettingsOutOfRange() {
        assertThrows(UnsupportedTypeException.class, () -> Sinks.jdbc(database, INSERT, Nested.class));
        assertThrows(UnsupportedTypeException.class, () -> Sinks.jdbc(database, INSERT, Long.class));
        JdbcSink<Item> sink = Sinks.jdbc(database, INSERT, Item.class);
        assertThrows(IllegalArgumentException.class, () -> sink.batchRows(0));
        assertThrows(IllegalArgumentException.class, () -> sink.retry(-1, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> sink.retry(1, Duration.ofHours(1)));
        assertThrows(IllegalArgumentException.class, () -> sink.progressTable("a; drop table b"));
    }
}
