package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with a job and its database in it, killed with {@code kill -9}: each row is in the database once. */
final class JdbcKillTest {
    private static final long EVENTS = 20_000;
    private static final int KILLS = 4;

    record Item(long id, String name) {}

    @TempDir
    Path directory;

    private static JdbcDataSource database(Path directory) {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:file:" + directory.resolve("database").toAbsolutePath() + ";WRITE_DELAY=0");
        return database;
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertTrue(rows.next());
            return rows.getLong(1);
        }
    }

    @Test
    void eachRowIsThereOnceAfterKills() throws Exception {
        try (Connection connection = database(directory).getConnection();
                Statement statement = connection.createStatement()) {
            // No key: a row that came twice would be there twice.
            statement.execute("create table items (id bigint, name varchar(100))");
        }
        Random random = new Random(11);
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            killed += live(1 + random.nextInt(12)) ? 1 : 0;
        }
        assertTrue(killed > 1, "killed=" + killed);
        live(Integer.MAX_VALUE);
        try (Connection connection = database(directory).getConnection()) {
            assertEquals(EVENTS, number(connection, "select count(*) from items"));
            assertEquals(EVENTS, number(connection, "select count(distinct id) from items"));
            assertEquals(EVENTS, number(connection, "select count(*) from items where name = 'n' || id"));
        }
    }

    /** Kills a process once it has told of so many epochs; whether it had not ended by itself. */
    private boolean live(int epochs) throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        boolean isDone = false;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int count = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                isDone = line.equals("done");
                if (++count == epochs) {
                    // Through the handle: the process itself would close its output, and the last lines would be lost.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        assertTrue(isDone || epochs < Integer.MAX_VALUE, "the last life did not end well");
        return !isDone;
    }

    /** The process that is killed. It tells of each epoch that it sees. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws InterruptedException {
            Path directory = Path.of(arguments[0]);
            Pipeline pipeline = Pipeline.named("items");
            pipeline.source(
                            "in",
                            Sources.generator(Item.class, number -> new Item(number, "n" + number))
                                    .limit(EVENTS)
                                    .atMostPerSecond(20_000))
                    .sink(
                            "items",
                            Sinks.jdbc(database(directory), "insert into items (id, name) values (?, ?)", Item.class)
                                    .batchRows(50));
            EngineConfig config =
                    EngineConfig.of(directory.resolve("state")).memory("64MiB").epochInterval(Duration.ofMillis(5));
            try (Engine engine = Engine.open(config)) {
                Job job = engine.run(pipeline);
                long seen = 0;
                while (!job.isDone() && !System.out.checkError()) {
                    long epoch = job.progress().lastEpoch();
                    if (epoch > seen) {
                        System.out.println(epoch);
                        seen = epoch;
                    }
                    Thread.onSpinWait();
                }
                job.await();
                System.out.println("done");
            }
        }
    }
}
