using System.Diagnostics;
using System.Globalization;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Topology;

/// <summary>
/// A Java program of the test's own, started with a file of settings. It goes when the test run goes.
/// </summary>
internal sealed class JavaProgram : IDisposable
{
    /// <summary>
    /// Runs what it is given, notes its id, and kills it when this end of its input closes, however that comes.
    /// </summary>
    private const string Guard = """
        pid=$1; out=$2; shift 2; exec 3<&0 2> /dev/null
        "$@" >> "$out" 2>&1 < /dev/null 3<&- & child=$!
        echo $child > "$pid.new"; mv "$pid.new" "$pid"
        ( read -r _ <&3; kill -9 $child ) &
        wait $child; kill $!
        """;

    private readonly Process _guard;
    private readonly string _output;

    private JavaProgram(Process guard, int pid, string output) => (_guard, Pid, _output) = (guard, pid, output);

    /// <summary>Process id of the Java program itself.</summary>
    public int Pid { get; }

    public bool HasExited => _guard.HasExited;

    /// <summary>The last lines of what it wrote.</summary>
    public string Tail => string.Join('\n', Lines.TakeLast(25));

    /// <summary>What it wrote so far.</summary>
    public IReadOnlyList<string> Lines => File.ReadAllLines(_output);

    /// <summary>Starts a class with its arguments and settings.</summary>
    /// <param name="folder">Where its settings, its id and what it writes go.</param>
    /// <param name="mainClass">The class.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="environment">Variables beside this process's own.</param>
    /// <param name="logging">A configuration of log4j 2; none: warnings alone.</param>
    public static async Task<JavaProgram> StartAsync(
        string folder,
        string mainClass,
        IReadOnlyDictionary<string, string> settings,
        IReadOnlyDictionary<string, string>? environment = null,
        string? logging = null)
    {
        var file = WriteSettings(folder, settings);
        var (pidFile, output) = (Path.Combine(folder, "pid"), Path.Combine(folder, "output"));
        File.Delete(pidFile);
        string[] command = [.. Command("384m", logging, mainClass, file)];
        var start = new ProcessStartInfo("/bin/sh", ["-c", Guard, "guard", pidFile, output, .. command])
        {
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var guard = Process.Start(start)!;
        await Eventually.True(() => File.Exists(pidFile) || guard.HasExited);
        return new JavaProgram(
            guard, int.Parse(await File.ReadAllTextAsync(pidFile), CultureInfo.InvariantCulture), output);
    }

    /// <summary>Runs a class to its end.</summary>
    public static async Task RunAsync(string mainClass, params string[] arguments)
    {
        var (code, data, talk) = await ChildProgram.RunAsync(
            "java", Command("128m", null, mainClass, arguments)[1..], deadline: Deadline.InSeconds(60));
        Assert.True(code == 0, data + talk);
    }

    /// <summary>SIGKILL, and the wait for its end.</summary>
    public async Task KillAsync()
    {
        Assert.False(_guard.HasExited, Tail);
        ChildProgram.Signal(Pid, "KILL");
        await Eventually.True(() => _guard.HasExited);
    }

    public void Dispose()
    {
        _guard.StandardInput.Close();
        _guard.WaitForExit(10_000);
        _guard.Dispose();
    }

    /// <summary>Settings as a properties file, with what the programs take by a file only.</summary>
    public static string WriteSettings(string folder, IReadOnlyDictionary<string, string> settings)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "settings.properties");
        File.WriteAllLines(file, settings.Select(setting => $"{setting.Key}={setting.Value}"));
        return file;
    }

    private static string[] Command(string heap, string? logging, string mainClass, params string[] arguments) =>
    [
        "java", $"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
        $"-Dlog4j2.configurationFile={logging ?? Path.Combine(RealKafka.Folder!, "tools-log4j2.yaml")}",
        "-cp", Path.Combine(RealKafka.Folder!, "libs", "*"), mainClass, .. arguments,
    ];
}
