namespace Locald.Configuration;

/// <summary>What an editor needs to complete and check a <c>locald.json</c>: JSON Schema, draft 7, which every editor reads.</summary>
internal static class ConfigSchema
{
    internal const string Text = """
        {
          "$schema": "http://json-schema.org/draft-07/schema#",
          "title": "locald.json",
          "description": "What locald serves and runs for a project.",
          "type": "object",
          "additionalProperties": false,
          "definitions": {
            "port": { "type": "integer", "minimum": 1, "maximum": 65535 },
            "target": {
              "description": "A port, HOST:PORT, http://, https:// or h2c:// and an address, unix:/path, or a folder as ./site.",
              "anyOf": [{ "$ref": "#/definitions/port" }, { "type": "string", "minLength": 1 }]
            },
            "listen": {
              "description": "A port on loopback, or an address and a port as 0.0.0.0:8443.",
              "anyOf": [{ "type": "integer", "minimum": 0, "maximum": 65535 }, { "type": "string", "minLength": 1 }]
            },
            "listens": {
              "anyOf": [
                { "$ref": "#/definitions/listen" },
                { "type": "array", "minItems": 1, "items": { "$ref": "#/definitions/listen" } }
              ]
            }
          },
          "properties": {
            "$schema": { "type": "string" },
            "name": {
              "description": "The name of the app that 'locald run' starts: app is https://app.localhost.",
              "type": "string", "minLength": 1
            },
            "command": {
              "description": "What 'locald run' starts: words, or one string that is split at blanks. No shell reads it.",
              "anyOf": [
                { "type": "string", "minLength": 1 },
                { "type": "array", "minItems": 1, "items": { "type": "string" } }
              ]
            },
            "routes": {
              "description": "What answers for which name: app, app.localhost, *.app, app/path or localhost.",
              "type": "object",
              "additionalProperties": { "$ref": "#/definitions/target" }
            },
            "ports": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "https": { "description": "Where to listen instead of 443, or 8443 where that is not allowed.", "$ref": "#/definitions/listens" },
                "http": {
                  "description": "Where plain HTTP is redirected from instead of port 80; off for nowhere.",
                  "$ref": "#/definitions/listens"
                },
                "app": { "description": "The port that 'locald run' gives the app instead of a free one.", "$ref": "#/definitions/port" }
              }
            }
          }
        }

        """;
}
