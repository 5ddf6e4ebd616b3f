using System.Diagnostics;
using System.Text.Json;
using FuturesEos.Cli.Output;

namespace FuturesEos.Cli.Pipeline;

/// <summary>
/// What a running <c>up</c> leaves in its data folder, so that other commands find it: <c>run.json</c>, for its owner's
/// eyes only, since it holds the database's password.
/// </summary>
internal sealed record RunFile
{
    /// <summary>Name inside the data folder.</summary>
    public const string FileName = "run.json";

    /// <summary>Process id of <c>up</c>.</summary>
    public required int Pid { get; init; }

    /// <summary>When that process started, to tell it from a later one of the same id.</summary>
    public required DateTime StartedAt { get; init; }

    /// <summary>Kafka brokers.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Npgsql connection string, password included: not for printing.</summary>
    public required string Postgres { get; init; }

    /// <summary>Address at which <c>up</c> answers for its processes, <c>host:port</c>.</summary>
    public required string Control { get; init; }

    /// <summary>The file of a pipeline that runs now; none when it was never there or its process has ended.</summary>
    public static RunFile? ReadRunning(string dataFolder) =>
        Read(dataFolder) is { } file && IsRunning(file.Pid, file.StartedAt) ? file : null;

    /// <summary>The file as it lies there, whoever wrote it.</summary>
    public static RunFile? Read(string dataFolder)
    {
        try
        {
            return JsonSerializer.Deserialize<RunFile>(
                File.ReadAllBytes(Path.Combine(dataFolder, FileName)), Json.Options);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Puts it there as a whole: a reader finds the old file or the new one.</summary>
    public void Write(string dataFolder)
    {
        var target = Path.Combine(dataFolder, FileName);
        var unfinished = target + ".new";
        using (var file = File.Open(unfinished, PrivateFile()))
        {
            JsonSerializer.Serialize(file, this, Json.Options);
        }

        File.Move(unfinished, target, overwrite: true);
    }

    /// <summary>Removes it.</summary>
    public static void Delete(string dataFolder) => File.Delete(Path.Combine(dataFolder, FileName));

    /// <summary>Whether a process runs, and is the one that started then.</summary>
    public static bool IsRunning(int pid, DateTime startedAt)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited && (StartOf(process) - startedAt).Duration() <= TimeSpan.FromSeconds(2);
        }
        catch (Exception e)
            when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>When a process started, at the precision at which the system tells it again.</summary>
    public static DateTime StartOf(Process process)
    {
        var start = process.StartTime.ToUniversalTime();
        return new DateTime(start.Ticks - (start.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
    }

    private static FileStreamOptions PrivateFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
