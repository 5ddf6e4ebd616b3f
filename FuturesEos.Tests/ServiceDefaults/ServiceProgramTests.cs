using System.Globalization;
using System.Net;
using FuturesEos.Cli.Pipeline;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>What every service does with a line, an address and a signal, seen at the programs themselves.</summary>
public sealed class ServiceProgramTests : IDisposable
{
    private const string Orders = "FuturesEos.OrderManager";
    private const string Listens = "Health and metrics at http://";
    private readonly TemporaryFolder _folder = new("service-");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ExitCode.Usage, "--bogus", "--bogus")]
    [InlineData(ExitCode.Usage, "--batch", "--batch")]
    [InlineData(ExitCode.Usage, "--batch: 'x' is not a whole number", "--batch", "x")]
    [InlineData(ExitCode.Usage, "--batch 0: from 1 to 100000", "--batch", "0", "--bootstrap-servers", "x:1",
        "--postgres", "Host=x")]
    [InlineData(ExitCode.Usage, "'nomode'", "nomode")]
    [InlineData(ExitCode.Usage, "give --postgres, or set ConnectionStrings__futures")]
    [InlineData(ExitCode.Usage, "give --bootstrap-servers, or set ConnectionStrings__kafka", "--postgres", "Host=x")]
    [InlineData(ExitCode.Usage, "--postgres is no connection string", "migrate", "--postgres", "Hst=x")]
    [InlineData(ExitCode.Unreachable, "PostgreSQL cannot be reached", "--postgres", "Host=127.0.0.1;Port=1",
        "migrate")]
    public async Task what_cannot_be_is_one_sentence_and_an_exit_code(
        int expected, string sentence, params string[] arguments)
    {
        var (code, data, talk) = await ChildProgram.RunAsync(
            Installation.Executable(Orders), arguments, Nothing(), Deadline.InSeconds(60));
        Assert.True(code == expected, $"{code}: {talk}");
        Assert.Contains(sentence, talk);
        Assert.DoesNotContain("   at ", talk);
        Assert.Empty(data);
    }

    [Fact]
    public async Task a_wrong_setting_is_named_with_its_value()
    {
        var environment = Nothing();
        environment["Orders__Batch"] = "many";
        var (code, _, talk) = await ChildProgram.RunAsync(
            Installation.Executable(Orders), ["--postgres", "Host=x", "--bootstrap-servers", "x:1"], environment,
            Deadline.InSeconds(60));
        Assert.True(code == ExitCode.Usage, $"{code}: {talk}");
        Assert.Contains("'many' at 'Orders:Batch'", talk);
    }

    [Fact]
    public async Task help_lists_options_with_their_settings_and_defaults_and_the_modes()
    {
        var (code, data, _) = await ChildProgram.RunAsync(
            Installation.Executable(Orders), ["--help"], Nothing(), Deadline.InSeconds(60));
        Assert.Equal(ExitCode.Ok, code);
        foreach (var text in (string[])["--batch", "Orders__Batch", "2000", "ConnectionStrings__kafka", "migrate"])
            Assert.Contains(text, data);
    }

    [Fact]
    public async Task a_service_listens_where_it_is_told_and_else_nowhere()
    {
        var (own, aspNet) = (FreePort.Choose(), FreePort.Choose());
        Assert.Equal([own], await PortsAsync(["--http", $"127.0.0.1:{own}"], $"http://127.0.0.1:{aspNet}"));
        Assert.Equal([aspNet], await PortsAsync([], $"http://127.0.0.1:{aspNet}"));
        Assert.Empty(await PortsAsync([], null));
    }

    [Fact]
    public async Task a_port_that_is_taken_is_said_with_its_address()
    {
        var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;
        var (code, _, talk) = await ChildProgram.RunAsync(
            Installation.Executable("FuturesEos.Cli"), Broker("--http", address), Nothing(), Deadline.InSeconds(60));
        Assert.True(code == ExitCode.Unreachable, $"{code}: {talk}");
        Assert.Contains($"--http {address}: ", talk);
        taken.Stop();
    }

    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Ok)]
    public async Task a_signal_stops_a_service_and_only_ctrl_c_counts_as_an_interruption(string signal, int expected)
    {
        using var broker = ChildProgram.Start(Installation.Executable("FuturesEos.Cli"), Broker(), Nothing());
        await Eventually.True(() => broker.Talk.Contains("listens on"), Deadline.InSeconds(60));
        broker.Signal(signal);
        await broker.EndsWithAsync(expected, Deadline.InSeconds(60));
        Assert.Contains("Stopped", broker.Talk);
    }

    // Ports on which a broker, told so, serves health and metrics; of the first that is said to be there it is asked.
    private async Task<List<int>> PortsAsync(string[] arguments, string? urls)
    {
        var environment = Nothing();
        environment["ASPNETCORE_URLS"] = urls;
        using var broker = ChildProgram.Start(
            Installation.Executable("FuturesEos.Cli"), Broker(arguments), environment);
        await Eventually.True(() => broker.Talk.Contains("listens on"), Deadline.InSeconds(60));
        var ports = broker.Talk.Split('\n').Where(line => line.Contains(Listens, StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(Listens)[1].Split(':', '/')[1], CultureInfo.InvariantCulture))
            .ToList();
        using var http = new HttpClient();
        foreach (var port in ports)
            Assert.Contains("dotnet_", await http.GetStringAsync($"http://127.0.0.1:{port}/metrics"));
        if (ports.Count == 0) // not even where Kestrel does by default
            await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("http://127.0.0.1:5000"));
        broker.Signal("TERM");
        await broker.EndsWithAsync(ExitCode.Ok, Deadline.InSeconds(60));
        return ports;
    }

    private string[] Broker(params string[] arguments) =>
        ["run", "broker", "--port", "0", "--data", _folder.In("broker"), .. arguments];

    private static Dictionary<string, string?> Nothing() => new()
    {
        ["ConnectionStrings__kafka"] = null, ["ConnectionStrings__futures"] = null, ["ASPNETCORE_URLS"] = null,
        ["ASPNETCORE_HTTP_PORTS"] = null, ["DOTNET_URLS"] = null,
    };
}
