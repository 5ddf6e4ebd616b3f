using System.Diagnostics;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>
/// A Docker daemon that has the AppHost's images. One that answers is used as it is, and its images are pulled. Where
/// none does, and this is root on a machine with dockerd, one is started with a folder of its own, gets stand-ins for
/// the images (Images/make-images.sh), and ends with the test run, however that ends. Else tests are skipped.
/// </summary>
public sealed class ContainerEngine : IAsyncDisposable
{
    private const string Host = "DOCKER_HOST";

    /// <summary>Runs the daemon, and ends it when the input closes; both by the daemon's own process id.</summary>
    private const string Guard = """
        log=$1; shift; exec 3<&0
        "$@" > "$log" 2>&1 < /dev/null 3<&- & daemon=$!
        ( read -r _ <&3; kill -TERM $daemon ) > /dev/null 2>&1 &
        wait $daemon; kill $! 2> /dev/null
        """;

    private static readonly string[] Needed =
    [
        $"{Images.Kafka}:{Images.KafkaTag}", $"{Images.Connect}:{Images.ConnectTag}", $"postgres:{Images.PostgresTag}",
    ];

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ImagesPatience = TimeSpan.FromMinutes(10);

    // a socket's path has about a hundred characters at most: not below the repository
    private readonly string _run = Path.Combine(Path.GetTempPath(), $"eos-docker-{Guid.NewGuid().ToString("N")[..8]}");
    private readonly SemaphoreSlim _starting = new(1);
    private Process? _guard;
    private Task<string?>? _reasonToSkip;

    /// <summary>Starts what is to be started, once; skips the test where there can be no containers.</summary>
    public async Task StartOrSkipAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _reasonToSkip ??= StartAsync();
            if (await _reasonToSkip is { } reason) Assert.Skip(reason);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Calls docker, which must succeed.</summary>
    /// <returns>The lines that it printed.</returns>
    public static async Task<IReadOnlyList<string>> DockerAsync(params string[] arguments)
    {
        var (code, data, talk) = await ChildProgram.RunAsync(
            "docker", arguments, deadline: Deadline.In(StartPatience));
        Assert.True(code == 0, $"docker {string.Join(' ', arguments)}: {talk}");
        return data.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_guard is null) return;
        if (!_guard.HasExited) await RemoveEverythingAsync();
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
        Environment.SetEnvironmentVariable(Host, null);
        Directory.Delete(_run, recursive: true);
    }

    private async Task<string?> StartAsync()
    {
        if (await AnswersAsync()) return await PullAsync();
        if (RealKafka.Folder is null) return "no Docker daemon answers, and there is no Apache Kafka to make images of";
        if (!Environment.IsPrivilegedProcess || !IsOnPath("dockerd") || !IsOnPath("iptables"))
            return "no Docker daemon answers, and none can be started: it needs root, docker.io and iptables";
        return await StartDaemonAsync() ?? await MakeImagesAsync();
    }

    private async Task<string?> StartDaemonAsync()
    {
        Directory.CreateDirectory(_run);
        var (log, socket) = (Path.Combine(_run, "log"), $"unix://{_run}/docker.sock");
        // the images outlive the run; everything else is removed by those who made it
        var data = Path.Combine(SourceTree.Root, ".eos", "docker");
        string[] daemon =
        [
            "dockerd", "--host", socket, "--data-root", data, "--exec-root", $"{_run}/exec", "--pidfile", $"{_run}/pid",
            "--bridge", "none",
        ];
        _guard = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, "guard", log, .. daemon])
        {
            RedirectStandardInput = true,
        })!;
        Environment.SetEnvironmentVariable(Host, socket);
        var isThere = await Eventually.Happens(
            async () => _guard.HasExited || await AnswersAsync(), Deadline.In(StartPatience));
        if (!isThere || _guard.HasExited)
            return $"dockerd did not start: {string.Join('\n', File.ReadLines(log).TakeLast(3))}";
        await RemoveEverythingAsync(); // of a run that was killed
        return null;
    }

    // the daemon is this run's own: so is all that it has but the images
    private static async Task RemoveEverythingAsync()
    {
        if (await DockerAsync("ps", "-aq") is { Count: > 0 } containers)
            await DockerAsync(["rm", "--force", "--volumes", .. containers]);
        if (await DockerAsync("volume", "ls", "-q") is { Count: > 0 } volumes)
            await DockerAsync(["volume", "rm", "--force", .. volumes]);
        await DockerAsync("network", "prune", "--force");
    }

    private static async Task<string?> MakeImagesAsync()
    {
        var (code, _, talk) = await ChildProgram.RunAsync(
            Path.Combine(SourceTree.Root, "FuturesEos.Tests", "Aspire", "Images", "make-images.sh"),
            [RealKafka.Folder!], deadline: Deadline.In(ImagesPatience));
        return code == 0 ? null : $"the images could not be made: {talk}";
    }

    // somebody else's daemon: it gets no stand-in under the name of a real image
    private static async Task<string?> PullAsync()
    {
        foreach (var image in Needed)
        {
            var (missing, _, _) = await ChildProgram.RunAsync("docker", ["image", "inspect", image]);
            if (missing == 0) continue;
            var (code, _, talk) = await ChildProgram.RunAsync(
                "docker", ["pull", "-q", image], deadline: Deadline.In(ImagesPatience));
            if (code != 0) return $"the Docker daemon has no {image} and cannot pull it: {talk}";
        }

        return null;
    }

    private static async Task<bool> AnswersAsync() =>
        IsOnPath("docker") && (await ChildProgram.RunAsync(
            "docker", ["info"], deadline: Deadline.In(AnswerPatience))).ExitCode == 0;

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
