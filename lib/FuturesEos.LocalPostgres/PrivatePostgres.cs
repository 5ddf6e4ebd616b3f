using System.Diagnostics;
using System.Globalization;
using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.LocalPostgres;

/// <summary>
/// A PostgreSQL of our own on 127.0.0.1, for a bare machine and for tests: logical decoding on, scram password
/// generated, no unix sockets, fsync on. The process is the postmaster itself, a direct child, so its id is the one
/// to kill in a crash test.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    /// <summary>Name of the superuser.</summary>
    public const string Superuser = "postgres";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private readonly PrivatePostgresOptions _options;
    private readonly PostgresBinaries _binaries;
    private readonly ServerUser _user;
    private readonly FileStream _lock;
    private readonly TimeProvider _time;
    private string _password = "";
    private ServerProcess? _server;

    private PrivatePostgres(
        PrivatePostgresOptions options, PostgresBinaries binaries, ServerUser user, string folder,
            FileStream folderLock, TimeProvider time)
    {
        (_options, _binaries, _user, Folder, _lock, _time) = (options, binaries, user, folder, folderLock, time);
    }

    /// <summary>Where everything really lies: <c>data</c>, <c>password</c>, <c>postgres.log</c>.</summary>
    public string Folder { get; }

    public int Port { get; private set; }

    /// <summary>Process id of the postmaster.</summary>
    public int Pid => _server!.Pid;

    /// <summary>Completes when the server process of the present start has ended, however that came.</summary>
    public Task Exited => _server!.Exited;

    /// <summary>As superuser, to the database of the options. Holds the password: not for printing.</summary>
    public string ConnectionString => ConnectionStringTo(_options.Database);

    /// <summary>Host and port, for printing.</summary>
    public string Address => $"127.0.0.1:{Port}";

    public string LogFile => Path.Combine(Folder, "postgres.log");

    private string Data => Path.Combine(Folder, "data");

    private string PortFile => Path.Combine(Folder, "port");

    /// <summary>Makes the data folder if need be, starts the server and waits until it takes connections.</summary>
    /// <exception cref="ExpectedFailure">It cannot run here; the text says why and what to do.</exception>
    public static async Task<PrivatePostgres> StartAsync(
        PrivatePostgresOptions options, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var binaries = PostgresBinaries.Find();
        var user = ServerUser.Choose();
        var folder = user.Prepare(options.DataFolder);
        var postgres = new PrivatePostgres(options, binaries, user, folder, Lock(folder), time ?? TimeProvider.System);
        try
        {
            await postgres.InitializeAsync(cancellation);
            await postgres.RestartAsync(cancellation);
            await postgres.CreateDatabaseAsync(options.Database, cancellation);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The superuser's password of a data folder, made when it has none: for who must know it before the server starts.
    /// </summary>
    /// <exception cref="ExpectedFailure">No server can run here; the text says why and what to do.</exception>
    public static string PasswordOf(string dataFolder)
    {
        PostgresBinaries.Find();
        var user = ServerUser.Choose();
        return new PasswordFile(user, user.Prepare(dataFolder)).ReadOrCreate();
    }

    /// <summary>As superuser, to another database. Holds the password: not for printing.</summary>
    /// <remarks>
    /// All that Npgsql would otherwise take from PG* variables is said: those are meant for another server.
    /// </remarks>
    public string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Superuser,
        Password = _password,
        Database = database,
        RequireAuth = "ScramSHA256",
        SslMode = SslMode.Disable,
        SslNegotiation = SslNegotiation.Postgres,
        GssEncryptionMode = GssEncryptionMode.Disable,
        TargetSessionAttributes = "any",
        ClientEncoding = "UTF8",
        Timezone = "UTC",
        Options = "-c statement_timeout=0", // what the server has anyway; an empty text would not count as said
    }.ConnectionString;

    /// <summary>Starts the server again after <see cref="Exited"/>, on the port it had.</summary>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        var start = _time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            await StopServerAsync();
            await WaitForPredecessorAsync(start, cancellation);
            if (Port == 0)
                Port = ChoosePort();
            _server = ServerProcess.Start(_user.Command(_binaries.Postgres, ownSession: true, ServerArguments()),
                Folder, LogFile);
            if (await IsReadyAsync(start, cancellation))
            {
                await File.WriteAllTextAsync(PortFile, Port.ToString(CultureInfo.InvariantCulture), cancellation);
                return;
            }

            // Backends of a killed postmaster hold its shared memory until they notice (manual: "pre-existing shared
            // memory block is still in use"); that passes by itself. Another's port does not: only a port that we
            // chose is chosen again.
            var text = _server.Tail;
            var portTaken = text.Contains("could not bind", StringComparison.Ordinal);
            if (portTaken && _options.Port == 0 && attempt < 10)
                Port = 0;
            else if (portTaken || !text.Contains("still in use", StringComparison.Ordinal) || IsOver(start))
                throw ExpectedFailure.Unreachable(StartFailure(portTaken, text));
            await Task.Delay(200, cancellation);
        }
    }

    /// <summary>Makes a database unless it is there.</summary>
    public async Task CreateDatabaseAsync(string name, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringTo("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand($"CREATE DATABASE"
            + $" \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
        try
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException exists) when (exists.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
        }
    }

    /// <summary>SIGKILL to the postmaster alone: what a crash test wants. Its backends notice within moments.</summary>
    public void Kill() => _server!.Kill();

    /// <summary>Asks for a fast shutdown; <see cref="Exited"/> tells when it is done.</summary>
    public Task InterruptAsync() => _server!.InterruptAsync();

    /// <summary>
    /// Fast shutdown: sessions end, everything committed is on disk. Killed when it overruns the stop timeout.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        await _lock.DisposeAsync();
    }

    /// <summary>Deletes everything; only after <see cref="DisposeAsync"/>.</summary>
    public void DeleteFiles() => Directory.Delete(Folder, recursive: true);

    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException busy)
        {
            throw ExpectedFailure.Unreachable($"another command runs a PostgreSQL in {folder}: stop it (eos down),"
                + $" or give "
                + "another --data folder", busy);
        }
    }

    private async Task InitializeAsync(CancellationToken cancellation)
    {
        var password = new PasswordFile(_user, Folder);
        _password = password.ReadOrCreate();
        if (!Directory.Exists(Data))
        {
            // Into another name first: an initdb that was killed half-way must not look like a database.
            var unfinished = Data + ".new";
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
            var start = _user.Command(_binaries.InitDb, ownSession: false, "--pgdata", unfinished, "--username",
                Superuser,
                "--pwfile", password.Path, "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale");
            start.WorkingDirectory = Folder;
            using var initdb = Process.Start(start)!;
            initdb.StandardInput.Close();
            var output = initdb.StandardOutput.ReadToEndAsync(cancellation);
            var errors = await initdb.StandardError.ReadToEndAsync(cancellation);
            await output;
            await initdb.WaitForExitAsync(cancellation);
            if (initdb.ExitCode != 0)
                throw ExpectedFailure.Unreachable($"{_binaries.InitDb} could not make {Data}: {errors.Trim()}");
            Directory.Move(unfinished, Data);
        }

        var major = (await File.ReadAllTextAsync(Path.Combine(Data, "PG_VERSION"), cancellation)).Trim();
        if (major != _binaries.Major.ToString(CultureInfo.InvariantCulture))
            throw ExpectedFailure.Unreachable($"{Data} was made by PostgreSQL {major}, and the newest found is"
                + $" {_binaries.Major} "
                + $"({_binaries.Folder}): install {major}, or give another --data folder, or remove this one if"
                + $" its data is not needed");
    }

    private IEnumerable<string> ServerArguments()
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={Port}", "unix_socket_directories=", "wal_level=logical",
            "max_wal_senders=10", "max_replication_slots=40", "max_connections=60", "shared_buffers=16MB",
            "max_wal_size=256MB",
            "min_wal_size=32MB",
            "logging_collector=off", "log_min_messages=warning", "max_parallel_workers=0",
                "max_logical_replication_workers=0",
            // A slot whose reader is gone for good must not fill the disk (manual 20.6); the relay says so when it
            // happens.
            "max_slot_wal_keep_size=4GB", "timezone=UTC", "log_timezone=UTC",
        ];
        yield return "-D";
        yield return Data;
        foreach (var setting in settings.Concat(_options.Settings))
        {
            yield return "-c";
            yield return setting;
        }
    }

    // We hold the folder's lock, so a server that still runs there lost its parent and is being stopped by its guard.
    private async Task WaitForPredecessorAsync(long start, CancellationToken cancellation)
    {
        while (PredecessorPid() is { } pid)
        {
            if (IsOver(start))
                throw ExpectedFailure.Unreachable($"an older PostgreSQL (process {pid}) still runs in {Data}: stop"
                    + $" it with kill -INT {pid}");
            await Task.Delay(Poll, cancellation);
        }
    }

    // postmaster.pid, first two lines: "4711\n/tmp/eos/postgres/data\n". A stale one, even of a reused id, the server
    // removes itself, unless that process is of its own user: hence the look at the command line, where there is one.
    private int? PredecessorPid()
    {
        try
        {
            var first = File.ReadLines(Path.Combine(Data, "postmaster.pid")).FirstOrDefault();
            if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                || pid == Environment.ProcessId)
                return null;
            using var process = Process.GetProcessById(pid);
            if (process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) && !process.HasExited)
                return File.Exists($"/proc/{pid}/cmdline") && !File.ReadAllText($"/proc/{pid}/cmdline")
                    .Contains(Data, StringComparison.Ordinal)
                    ? null
                    : pid;
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException
            or UnauthorizedAccessException)
        {
        }

        return null;
    }

    private int ChoosePort()
    {
        if (_options.Port != 0)
            return _options.Port;
        if (File.Exists(PortFile)
            && int.TryParse(File.ReadAllText(PortFile), NumberStyles.None, CultureInfo.InvariantCulture,
            out var last) && FreePort.IsFree(last))
            return last;

        return FreePort.Choose();
    }

    // False: the process ended.
    private async Task<bool> IsReadyAsync(long start, CancellationToken cancellation)
    {
        while (!_server!.Exited.IsCompleted)
        {
            if (IsMarkedReady())
                return true;
            if (IsOver(start))
            {
                throw ExpectedFailure.Unreachable($"PostgreSQL in {Data} was not ready within"
                    + $" {_options.StartTimeout.TotalSeconds:0} s; "
                    + $"its log: {LogFile}");
            }

            await Task.WhenAny(_server.Exited, Task.Delay(Poll, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }

        return false;
    }

    // postmaster.pid has the process id in its first line and, from PostgreSQL 10 on, its state in the eighth ("ready
    // "). A connection would prove less: another server may hold the port.
    private bool IsMarkedReady()
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(Data, "postmaster.pid"));
            return lines.Length >= 8 && lines[0] == Pid.ToString(CultureInfo.InvariantCulture) && lines[7]
                .TrimEnd() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string StartFailure(bool portTaken, string tail) => portTaken
        ? $"port {Port} on 127.0.0.1 is taken: stop what listens there, or choose another port"
        : $"PostgreSQL did not start in {Data}; its last words: {tail.Trim()} (log: {LogFile})";

    private bool IsOver(long start) => _time.GetElapsedTime(start) > _options.StartTimeout;

    private async Task StopServerAsync()
    {
        if (_server is null)
            return;
        await _server.StopAsync(_options.StopTimeout);
        _server = null;
    }
}
