using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>
/// <c>./eos</c> in a checkout of its own whose .NET SDK is a stand-in: it notes what it is asked for, and builds a
/// command that prints its arguments.
/// </summary>
public sealed class StartScriptTests : IDisposable
{
    private const string StandIn = """
        #!/usr/bin/env bash
        echo "$*" >> "$(dirname "$0")/calls"
        case $1 in
            --version) echo 10.0.100 ;;
            --list-sdks) printf '8.0.100 [/old/sdk]\n10.0.100 [/where the sdk is/sdk]\n' ;;
            build)
                [[ ! -f "$(dirname "$0")/fail" ]] || { echo "A.cs(1,1): error CS1002: ; expected"; exit 1; }
                out="$(dirname "$0")/../artifacts/bin/FuturesEos.Cli/release"
                mkdir -p "$out" && touch "$out/FuturesEos.Cli.dll"
                printf '#!/bin/sh\n[ "$1" != root ] || set -- "$DOTNET_ROOT"\nfor a; do printf "[%%s]" "$a"; done\n' > "$out/FuturesEos.Cli"
                chmod +x "$out/FuturesEos.Cli" ;;
        esac
        """;

    private readonly TemporaryFolder _folder = new("with a space ");

    public StartScriptTests()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("eos.cmd has no logic to test");
        foreach (var folder in new[] { "sdk", ".eos", "lib", "tools", "FuturesEos.Tests" })
            Directory.CreateDirectory(_folder.In(folder));
        foreach (var file in new[] { "eos", "global.json", "Directory.Build.props" })
            File.Copy(Path.Combine(SourceTree.Root, file), _folder.In(file));
        File.WriteAllText(_folder.In("lib", "A.cs"), "");
        File.WriteAllText(_folder.In("sdk", "dotnet"), StandIn);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.In("sdk", "dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, Past);
        foreach (var folder in Directory.EnumerateDirectories(_folder.Path, "*"))
            Directory.SetLastWriteTimeUtc(folder, Past);
    }

    private static DateTime Past => DateTime.UtcNow.AddMinutes(-5);

    private int Builds => File.ReadAllLines(_folder.In("sdk", "calls")).Count(call => call.StartsWith("build"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task the_first_start_builds_and_the_second_does_not()
    {
        Assert.Equal("[demo][--trades][a b.csv]", (await RunAsync("demo", "--trades", "a b.csv")).Data);
        var second = await RunAsync("up");
        Assert.Equal(("[up]", ""), (second.Data, second.Talk));
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task a_changed_and_a_removed_source_are_built_once_each()
    {
        File.WriteAllText(_folder.In("lib", "B.cs"), "");
        Directory.SetLastWriteTimeUtc(_folder.In("lib"), Past);
        File.SetLastWriteTimeUtc(_folder.In("lib", "B.cs"), Past);
        await RunAsync("up");
        File.SetLastWriteTimeUtc(_folder.In("lib", "A.cs"), DateTime.UtcNow.AddSeconds(-1));
        File.SetLastWriteTimeUtc(_folder.In(".eos", "built-FuturesEos.Cli"), DateTime.UtcNow.AddSeconds(-2));
        await RunAsync("up");
        await RunAsync("up");
        Assert.Equal(2, Builds);
        File.SetLastWriteTimeUtc(_folder.In(".eos", "built-FuturesEos.Cli"), DateTime.UtcNow.AddSeconds(-1));
        File.SetLastWriteTimeUtc(_folder.In("lib", "A.cs"), Past);
        File.Delete(_folder.In("lib", "B.cs"));
        await RunAsync("up");
        Assert.Equal(3, Builds);
    }

    [Fact]
    public async Task two_starts_at_once_build_once()
    {
        await Task.WhenAll(RunAsync("up"), RunAsync("up"), RunAsync("up"));
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task it_is_found_through_a_link_in_another_folder()
    {
        using var elsewhere = new TemporaryFolder();
        File.CreateSymbolicLink(elsewhere.In("first"), _folder.In("eos"));
        File.CreateSymbolicLink(elsewhere.In("second"), "first");
        Assert.Equal("[up]", (await RunAsync(elsewhere.In("second"), ["up"])).Data);
    }

    [Fact]
    public async Task a_failed_build_shows_its_errors_and_is_tried_again()
    {
        File.WriteAllText(_folder.In("sdk", "fail"), "");
        var failed = await RunAsync("up");
        Assert.Equal((1, ""), (failed.ExitCode, failed.Data));
        Assert.Contains("error CS1002", failed.Talk);
        File.Delete(_folder.In("sdk", "fail"));
        Assert.Equal("[up]", (await RunAsync("up")).Data);
    }

    [Fact]
    public async Task the_runtime_of_a_version_managers_shim_is_asked_for()
    {
        var path = $"{_folder.In("sdk")}:{Environment.GetEnvironmentVariable("PATH")}";
        var (_, data, talk) = await ChildProgram.RunAsync(
            _folder.In("eos"), ["root"], new Dictionary<string, string?> { ["DOTNET_ROOT"] = null, ["PATH"] = path });
        Assert.True(data == "[/where the sdk is]", data + talk);
    }

    [Fact]
    public async Task it_runs_with_nothing_but_a_path_in_the_environment()
    {
        var path = $"PATH={_folder.In("sdk")}:{Environment.GetEnvironmentVariable("PATH")}";
        var (code, data, talk) = await ChildProgram.RunAsync("env", ["-i", path, _folder.In("eos"), "status"]);
        Assert.True((code, data) == (0, "[status]"), data + talk);
    }

    [Fact]
    public async Task a_checkout_that_cannot_be_written_is_named_with_the_remedy()
    {
        Directory.Delete(_folder.In(".eos"));
        File.WriteAllText(_folder.In(".eos"), "");
        var (code, data, talk) = await RunAsync("up");
        Assert.Equal((3, ""), (code, data));
        Assert.Contains($"{_folder.In(".eos")} cannot be written", talk);
        Assert.Single(talk.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task a_missing_sdk_is_named_with_the_version_and_where_to_get_it()
    {
        File.WriteAllText(_folder.In("sdk", "dotnet"), "#!/bin/sh\nexit 145\n");
        var failed = await RunAsync("up");
        Assert.Equal(3, failed.ExitCode);
        Assert.Contains(".NET SDK 10.0", failed.Talk);
        Assert.Contains("https://dotnet.microsoft.com/download", failed.Talk);
    }

    private Task<(int ExitCode, string Data, string Talk)> RunAsync(params string[] arguments) =>
        RunAsync(_folder.In("eos"), arguments);

    private Task<(int ExitCode, string Data, string Talk)> RunAsync(string script, string[] arguments) =>
        ChildProgram.RunAsync(
            script, arguments, new Dictionary<string, string?> { ["DOTNET_ROOT"] = _folder.In("sdk") });
}
