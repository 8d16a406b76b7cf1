using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Locald.Trust.Policy;
using JsonValue = Locald.Trust.Policy.JsonValue;

namespace Locald.Tests.Trust.Policy;

public sealed class JsonEditTests
{
    private static readonly string[] s_path = ["policies", "Certificates", "Install"];

    [Theory]
    [InlineData("{}", """{"policies": {"Certificates": {"Install": ["/x"]}}}""")]
    [InlineData("""{"policies": {}}""", """{"policies": {"Certificates": {"Install": ["/x"]}}}""")]
    [InlineData("""{"policies":{"A":1.50}}""", """{"policies":{"A":1.50, "Certificates": {"Install": ["/x"]}}}""")]
    [InlineData("{\n\t\"policies\": {\n\t\t\"A\": 1\n\t}\n}\n", "{\n\t\"policies\": {\n\t\t\"A\": 1,\n\t\t\"Certificates\": {\"Install\": [\"/x\"]}\n\t}\n}\n")]
    [InlineData("""{"policies": {"Certificates": {"Install": []}}}""", """{"policies": {"Certificates": {"Install": ["/x"]}}}""")]
    [InlineData("""{"policies": {"Certificates": {"Install": ["/a", "b"]}}}""", """{"policies": {"Certificates": {"Install": ["/a", "b", "/x"]}}}""")]
    [InlineData("""{"policies": 1, "policies": {"Z": "é\u00e9"}}""", """{"policies": 1, "policies": {"Z": "é\u00e9", "Certificates": {"Install": ["/x"]}}}""")]
    public void A_string_is_added_and_every_other_byte_stays(string before, string after) => Assert.Equal(after, Add(before, "/x"));

    [Theory]
    [InlineData("""{"policies": {"A":1}}""")]
    [InlineData("""{"policies": {"A": {"deep": [1, {"b": null}]}, "B": "\\\" }"}}""")]
    [InlineData("{\r\n  \"policies\": {\r\n    \"A\": true\r\n  },\r\n  \"other\": 1e3\r\n}")]
    [InlineData("""{"policies": {"Certificates": {"ImportEnterpriseRoots": true}}}""")]
    [InlineData("""{"policies": {"Certificates": {"Install": ["/a"]}}}""")]
    public void What_was_added_is_taken_out_to_the_byte(string text) => Assert.Equal(text, Remove(Add(text, "/x"), "/x"));

    [Theory]
    [InlineData("""{"policies": {"Certificates": {"Install": ["/x", "/a"]}}}""", """{"policies": {"Certificates": {"Install": ["/a"]}}}""")]
    [InlineData("""{"policies": {"Certificates": {"Install": ["/x", "/a", "/x"]}}}""", """{"policies": {"Certificates": {"Install": ["/a"]}}}""")]
    [InlineData("""{"policies": {"B": 1, "Certificates": {"Install": ["/x"]}, "A": 2}}""", """{"policies": {"B": 1, "A": 2}}""")]
    [InlineData("""{"policies": {"Certificates": {"Install": ["/x"]}}}""", """{"policies": {}}""")]
    [InlineData("""{"policies": {"Certificates": {"Install": [1, null, "/a"]}}}""", """{"policies": {"Certificates": {"Install": [1, null, "/a"]}}}""")]
    [InlineData("""{"policies": []}""", """{"policies": []}""")]
    public void A_string_is_taken_out_wherever_it_stands(string before, string after) => Assert.Equal(after, Remove(before, "/x"));

    [Theory]
    [InlineData("{ /* theirs */ \"L\": [\"a\",] , }", "{ /* theirs */ \"L\": [\"a\", \"x\",] , }")]
    [InlineData("\uFEFF{\"L\": [ // first\n\"a\"\n]}", "\uFEFF{\"L\": [ // first\n\"a\", \"x\"\n]}")]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_kept_where_the_browser_reads_them(string before, string after)
    {
        byte[] added = JsonEdit.Add(Encoding.UTF8.GetBytes(before), lenient: true, ["L"], "x");
        Assert.Equal(after, Encoding.UTF8.GetString(added));
        Assert.Equal(before, Encoding.UTF8.GetString(JsonEdit.Remove(added, lenient: true, ["L"], i => i == "x")));
    }

    [Fact]
    public void The_only_string_goes_with_its_trailing_comma() =>
        Assert.Equal("{\"L\": [ ]}", Encoding.UTF8.GetString(JsonEdit.Remove("{\"L\": [\"x\", ]}"u8.ToArray(), lenient: true, ["L"], i => i == "x")));

    [Theory]
    [InlineData("[]", "the whole is no object")]
    [InlineData("""{"policies": []}""", "policies is no object")]
    [InlineData("""{"policies": {"Certificates": "x"}}""", "policies.Certificates is no object")]
    [InlineData("""{"policies": {"Certificates": {"Install": {}}}}""", "policies.Certificates.Install is no list")]
    [InlineData("""{"policies": {"Certificates": {}}}""", null)]
    [InlineData("{}", null)]
    public void A_value_of_another_kind_is_named(string text, string? obstacle) =>
        Assert.Equal(obstacle, JsonEdit.Obstacle(JsonValue.Parse(Encoding.UTF8.GetBytes(text), lenient: false), s_path));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"a\": \"\\ud800\"}")]
    [InlineData("{/* */}")]
    [InlineData("{\"a\": 1,}")]
    public void What_Firefox_does_not_read_is_no_JSON(string text) =>
        Assert.ThrowsAny<JsonException>(() => JsonValue.Parse(Encoding.UTF8.GetBytes(text), lenient: false));

    [Fact]
    public void Random_documents_come_back_as_they_were()
    {
        Random random = new(20261125);
        for (int i = 0; i < 2000; i++)
        {
            string text = $"{{\"policies\": {RandomValue(random, 4, isObject: true)}}}";
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            if (JsonEdit.Obstacle(JsonValue.Parse(bytes, lenient: false), s_path) is not null)
            {
                continue;
            }

            byte[] added = JsonEdit.Add(bytes, lenient: false, s_path, "/etc/é \"x\"");
            Assert.Contains("/etc/é \"x\"", JsonEdit.Strings(JsonValue.Parse(added, lenient: false), s_path));
            JsonDocument.Parse(added).Dispose();
            Assert.True(JsonNode.DeepEquals(Pruned(text), Pruned(Remove(Encoding.UTF8.GetString(added), "/etc/é \"x\""))), text);
        }
    }

    [Fact]
    public void Damaged_documents_give_one_kind_of_error()
    {
        Random random = new(7);
        byte[] whole = Encoding.UTF8.GetBytes("""{"policies": {"Certificates": {"Install": ["/a", "é"]}, "N": [1, -2.5e3, true, null]}}""");
        for (int i = 0; i < 5000; i++)
        {
            byte[] text = [.. whole];
            for (int hit = 0; hit < 3; hit++)
            {
                text[random.Next(text.Length)] = (byte)random.Next(256);
            }

            try
            {
                JsonValue.Parse(text.AsSpan(0, random.Next(text.Length + 1)), lenient: i % 2 == 0);
            }
            catch (JsonException)
            {
                // The only one that callers know.
            }
        }
    }

    private static string Add(string text, string item) => Encoding.UTF8.GetString(JsonEdit.Add(Encoding.UTF8.GetBytes(text), lenient: false, s_path, item));

    private static string Remove(string text, string item) => Encoding.UTF8.GetString(JsonEdit.Remove(Encoding.UTF8.GetBytes(text), lenient: false, s_path, i => i == item));

    /// <summary>Without an empty list or object on the path, which goes with the last string.</summary>
    private static JsonNode Pruned(string text)
    {
        JsonNode root = JsonNode.Parse(text)!;
        if (root["policies"]!["Certificates"] is JsonObject certificates)
        {
            if (certificates["Install"] is JsonArray { Count: 0 })
            {
                certificates.Remove("Install");
            }

            if (certificates.Count == 0)
            {
                root["policies"]!.AsObject().Remove("Certificates");
            }
        }

        return root;
    }

    private static string RandomValue(Random random, int depth, bool isObject = false)
    {
        string[] names = ["Certificates", "Install", "A", "é", "B\\\"c"];
        switch (isObject ? 0 : random.Next(depth == 0 ? 3 : 5) + (depth == 0 ? 2 : 0))
        {
            case 0:
                return $"{{{string.Join(", ", names.OrderBy(_ => random.Next()).Take(random.Next(4)).Select(n => $"\"{n}\": {RandomValue(random, Math.Max(0, depth - 1), n == "Certificates" && random.Next(4) > 0)}"))}}}";
            case 1:
                return $"[{string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, Math.Max(0, depth - 1))))}]";
            case 2:
                return "\"/x \\u00e9\"";
            case 3:
                return "-1.50e+3";
            default:
                return "null";
        }
    }
}
