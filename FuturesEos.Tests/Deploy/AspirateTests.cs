using System.Text.Json.Nodes;
using FuturesEos.Cli.Deploying;
using FuturesEos.ServiceDefaults;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>The base is what Aspirate makes of the AppHost's manifest, and the overlay leaves it as it is.</summary>
public class AspirateTests
{
    private static string Manifest => File.ReadAllText(DeployFolder.Own.At("aspire", "manifest.json"));

    [Fact]
    public void the_base_is_what_the_manifest_gives_and_has_no_other_file()
    {
        var made = AspirateBase.Files(Manifest).ToDictionary(file => file.Path, file => file.Text);
        var there = Directory.GetFiles(DeployFolder.Own.At("apps", "base"), "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(DeployFolder.Own.At("apps", "base"), file), File.ReadAllText);
        Assert.Equal(made.OrderBy(file => file.Key, StringComparer.Ordinal),
            there.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("password",
        """{"type":"parameter.v0","value":"{password.inputs.value}","inputs":{"value":{"type":"string","secret":true}}}""")]
    [InlineData("kafka-1", """{"type":"container.v0","image":"apache/kafka:4.3.1"}""")]
    [InlineData("cluster", """{"error":"This resource does not support generation in the manifest."}""")]
    public void what_would_become_a_secret_in_plain_text_or_nothing_is_refused(string name, string resource)
    {
        var manifest = JsonNode.Parse(Manifest)!;
        manifest["resources"]![name] = JsonNode.Parse(resource);
        var failure = Assert.Throws<ExpectedFailure>(() => AspirateBase.Files(manifest.ToJsonString()).ToList());
        Assert.Contains(name, failure.Message);
    }

    [Fact]
    public void a_reference_to_what_is_not_published_is_refused()
    {
        var text = Manifest.Replace("{kafka.connectionString}", "{kafka-cluster.connectionString}");
        Assert.Throws<ExpectedFailure>(() => AspirateBase.Files(text).ToList());
    }

    [Fact]
    public void no_password_is_in_any_config_map()
    {
        var maps = DeployFolder.Own.Everything()
            .Of("ConfigMap").Where(map => map.Name.EndsWith("-env", StringComparison.Ordinal));
        Assert.All(maps, map => Assert.DoesNotContain(Tree.Map(map.Node, "data"),
            d => d.Key.Contains("password", StringComparison.OrdinalIgnoreCase) || d.Value.Contains("Password=")));
    }
}
