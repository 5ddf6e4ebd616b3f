using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using FuturesEos.AppHost;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>What the AppHost keeps beside its volumes.</summary>
public class LocalDataTests
{
    private static readonly TopologyOptions Options = TopologyOptions.Parse(Infrastructure.Containers, null, null);

    [Fact]
    public void the_next_start_finds_the_same_volumes_and_passwords_and_another_folder_has_others()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        var first = new LocalData(one.In("data"), Options);
        var again = new LocalData(one.In("data"), Options);
        var other = new LocalData(two.In("data"), Options);
        Assert.Equal(first.Volume("postgres"), again.Volume("postgres"));
        Assert.Equal(first.Password("postgres-password"), again.Password("postgres-password"));
        Assert.NotEqual(first.Volume("postgres"), other.Volume("postgres"));
        Assert.NotEqual(first.Password("postgres-password"), other.Password("postgres-password"));
        Assert.NotEqual(first.Password("postgres-password"), first.Password("relay-password"));
        Assert.StartsWith(Options.Volume("postgres"), first.Volume("postgres"));
        Assert.Matches("^[0-9a-f]{32}$", first.Password("postgres-password"));
        Assert.Equal(["key", "key.lock"], Directory.GetFiles(one.In("data")).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(one.In("data", "key")));
    }

    [Fact]
    public async Task starts_at_the_same_time_agree_on_one_key()
    {
        using var folder = new TemporaryFolder();
        var names = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            () => new LocalData(folder.Path, Options).Volume("postgres"))));
        Assert.Single(names.Distinct());
    }

    [Fact]
    public void a_key_that_is_cut_short_is_refused_with_the_remedy()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.In("key"), new byte[5]);
        var refused = Assert.Throws<InvalidDataException>(() => new LocalData(folder.Path, Options));
        Assert.EndsWith("has 5 bytes, not 32: delete its folder to begin with empty volumes", refused.Message);
    }

    [Theory]
    [InlineData("7", "--Parameters:rate=7")]
    [InlineData("0")]
    public async Task the_generator_gets_the_rate_that_was_asked_for(string rate, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.FuturesEos_AppHost>(
            ["--Infrastructure=containers", $"--Data={folder.Path}", .. arguments]);
        var parameter = builder.Resources.OfType<ParameterResource>().Single(resource => resource.Name == "rate");
        Assert.Equal(rate, await parameter.GetValueAsync(TestContext.Current.CancellationToken));
    }
}
