using System.Text.Json;
using FuturesEos.Tests.Architecture;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>The published manifest, of which <c>deploy/apps/base</c> is made.</summary>
public class ManifestTests
{
    private const string Golden = "deploy/aspire/manifest.json";

    [Fact]
    public void the_committed_manifest_is_the_one_that_the_model_gives()
    {
        var now = ManifestWriter.Write("../..");
        Assert.True(
            SourceTree.Read(Golden).TrimEnd() == now,
            $"{Golden} is not what is published now; read the difference, and if it is "
                + $"wanted, write this to it:\n{now}");
    }

    [Fact]
    public void every_project_is_there_and_every_expression_names_a_resource()
    {
        using var manifest = JsonDocument.Parse(SourceTree.Read(Golden));
        var resources = manifest.RootElement.GetProperty("resources");
        foreach (var resource in resources.EnumerateObject())
        {
            if (resource.Value.TryGetProperty("path", out var path))
                Assert.True(
                    File.Exists(Path.Combine(SourceTree.Root, "deploy/aspire", path.GetString()!)), path.GetString());
            if (!resource.Value.TryGetProperty("env", out var variables)) continue;
            foreach (var value in variables.EnumerateObject()
                .Select(v => v.Value.GetString()!).Where(v => v.StartsWith('{')))
            {
                var parts = value.Trim('{', '}').Split('.');
                var named = resources.GetProperty(parts[0]);
                Assert.True(parts[1] == "connectionString"
                    ? named.TryGetProperty(parts[1], out _) : named.TryGetProperty("bindings", out _), value);
            }
        }
    }

    [Fact]
    public void the_base_of_the_deployment_has_the_manifests_services_and_addresses()
    {
        foreach (var service in PublishedSystem.Services)
        {
            var folder = $"deploy/apps/base/{service.Name}";
            var lines = SourceTree.Read($"{folder}/kustomization.yaml");
            Assert.Contains($"{ServiceSettings.Kafka}={PublishedSystem.BootstrapServers}\n", lines);
            Assert.Equal(
                service.UsesDatabase, lines.Contains($"{ServiceSettings.Postgres}={PublishedSystem.Postgres}\n"));
            Assert.Contains(
                $"containerPort: {ServiceSettings.ContainerHttpPort}\n", SourceTree.Read($"{folder}/deployment.yaml"));
        }
    }
}
