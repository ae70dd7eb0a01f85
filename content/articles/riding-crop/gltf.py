"""Meshes as a glTF 2.0 binary.

The format is the Khronos Group's "glTF 2.0 Specification": section 4.4 for the file's two chunks,
section 5 for the names in the JSON.
"""

from __future__ import annotations

import json
import struct

from mesh import Material, Mesh, Vector

FLOAT, UNSIGNED_SHORT = 5126, 5123
ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963


def pack_glb(root: str, meshes: list[Mesh]) -> bytes:
    """The bytes of a `.glb` file in which each mesh is a named child of one root node."""
    materials = list(dict.fromkeys(mesh.material for mesh in meshes))
    views: list[dict[str, int]] = []
    binary = bytearray()
    for mesh in meshes:
        add_view(views, binary, pack_vectors(mesh.positions), ARRAY_BUFFER)
        add_view(views, binary, pack_vectors(mesh.normals), ARRAY_BUFFER)
        add_view(views, binary, pack_indices(mesh), ELEMENT_ARRAY_BUFFER)
    document = {
        "asset": {"version": "2.0", "generator": "make_model.py"},
        "scene": 0,
        "scenes": [{"name": root, "nodes": [0]}],
        "nodes": [
            {"name": root, "children": list(range(1, len(meshes) + 1))},
            *({"name": mesh.name, "mesh": index} for index, mesh in enumerate(meshes)),
        ],
        "meshes": [
            {
                "name": mesh.name,
                "primitives": [
                    {
                        "attributes": {"POSITION": 3 * index, "NORMAL": 3 * index + 1},
                        "indices": 3 * index + 2,
                        "material": materials.index(mesh.material),
                    }
                ],
            }
            for index, mesh in enumerate(meshes)
        ],
        "materials": [describe_material(material) for material in materials],
        "accessors": [
            accessor for index, mesh in enumerate(meshes) for accessor in describe_data(index, mesh)
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }
    return pack_chunks(json.dumps(document, separators=(",", ":")).encode(), bytes(binary))


def pack_chunks(text: bytes, binary: bytes) -> bytes:
    """The file's header, its JSON padded with spaces and its binary data."""
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    chunks += struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def add_view(views: list[dict[str, int]], binary: bytearray, data: bytes, target: int) -> None:
    """Append the data, and where it is; everything starts at a multiple of four."""
    views.append(
        {"buffer": 0, "byteOffset": len(binary), "byteLength": len(data), "target": target}
    )
    binary += data + bytes(-len(data) % 4)


def pack_vectors(vectors: list[Vector]) -> bytes:
    """Three little-endian floats for each vector."""
    return b"".join(struct.pack("<3f", *vector) for vector in vectors)


def pack_indices(mesh: Mesh) -> bytes:
    """Three little-endian 16-bit indices for each triangle."""
    return b"".join(struct.pack("<3H", *triangle) for triangle in mesh.triangles)


def describe_data(index: int, mesh: Mesh) -> list[dict[str, object]]:
    """The accessors of a mesh: its positions with their bounds, its normals, its indices."""
    bounds = [
        struct.unpack("<3f", pack_vectors([corner])) for corner in find_bounds(mesh.positions)
    ]
    count, view = len(mesh.positions), 3 * index
    return [
        {
            "bufferView": view,
            "componentType": FLOAT,
            "count": count,
            "type": "VEC3",
            "min": list(bounds[0]),
            "max": list(bounds[1]),
        },
        {"bufferView": view + 1, "componentType": FLOAT, "count": count, "type": "VEC3"},
        {
            "bufferView": view + 2,
            "componentType": UNSIGNED_SHORT,
            "count": 3 * len(mesh.triangles),
            "type": "SCALAR",
        },
    ]


def find_bounds(points: list[Vector]) -> tuple[Vector, Vector]:
    """The lowest and the highest x, y and z."""
    xs, ys, zs = zip(*points, strict=True)
    return (min(xs), min(ys), min(zs)), (max(xs), max(ys), max(zs))


def describe_material(material: Material) -> dict[str, object]:
    """The material in the terms of glTF."""
    return {
        "name": material.name,
        "pbrMetallicRoughness": {
            "baseColorFactor": [*material.color, 1.0],
            "metallicFactor": material.metallic,
            "roughnessFactor": material.roughness,
        },
    }
