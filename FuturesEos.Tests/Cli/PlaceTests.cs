using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>A place that cannot be written, read or reached is a sentence with the path, and no defect.</summary>
public sealed class PlaceTests(FilledPipeline pipeline) : IClassFixture<FilledPipeline>
{
    // a file where a folder would have to be: closed to root too
    private const string Nowhere = "/dev/null/there";

    public static TheoryData<string, string[]> Lines => new()
    {
        { "", ["deploy", "render", "--output", Nowhere] },
        { "", ["verify", "--report", Nowhere + "/report.html"] },
        { "", ["verify", "--follow", "1s", "--state", Nowhere + "/state"] },
        { "", ["chaos", "--minutes", "0.1", "--report", Nowhere + "/report.html"] },
        { "", ["up", "--data", Nowhere] },
        { "", ["up", "--detach", "--data", Nowhere] },
        { "", ["run", "broker", "--port", "0", "--data", Nowhere] },
        { "TMPDIR", ["verify"] },
        { "TMPDIR", ["demo"] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task a_place_that_cannot_be_used_is_named(string variable, string[] line)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("/dev/null");
        var environment = new Dictionary<string, string?>();
        if (variable.Length > 0) environment[variable] = Nowhere;
        if (line[0] == "verify") line = [.. line, "--data", pipeline.Folder];
        var (code, _, talk) = await EosProgram.RunAsync(environment, line);
        Assert.True(code == 3, $"{code}: {talk}");
        Assert.Contains("/dev/null", talk);
        Assert.DoesNotContain("defect", talk);
    }
}
